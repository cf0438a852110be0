#include "broker/declared/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "security/acl.h"

namespace klamm::broker {
namespace {

// A line of the log has room for so many.
constexpr size_t kShownMax = 20;

std::string describe_acls(const std::vector<AclImage>& acls) {
  std::string text;
  for (const AclImage& acl : acls) {
    if (&acl == acls.data() + kShownMax)
      return fmt::format("{}; and {} more", text, acls.size() - kShownMax);
    text += fmt::format("{}{} {} {} on {}:{}:{} from {}", text.empty() ? "" : "; ", acl.principal,
                        name_of(static_cast<security::AclPermission>(acl.permission_type)),
                        name_of(static_cast<security::AclOperation>(acl.operation)),
                        name_of(static_cast<security::ResourceType>(acl.resource_type)),
                        name_of(static_cast<security::PatternType>(acl.pattern_type)), acl.resource_name,
                        acl.host);
  }
  return text;
}

struct Describing {
  std::string operator()(const TopicCreation& step) const {
    std::string text = fmt::format("create topic {}", step.name);
    if (step.partitions > 0) text += fmt::format(", partitions {}", step.partitions);
    if (step.replicas > 0) text += fmt::format(", replicas {}", step.replicas);
    for (const auto& [key, value] : step.config) text += fmt::format(", {}={}", key, value);
    return text;
  }
  std::string operator()(const TopicGrowth& step) const {
    return fmt::format("enlarge topic {} to {} partitions", step.name, step.partitions);
  }
  std::string operator()(const TopicAlteration& step) const {
    std::string text = fmt::format("alter topic {}", step.name);
    for (const auto& [key, value] : step.edits)
      text += value ? fmt::format(", {}={}", key, *value) : fmt::format(", {} away", key);
    return text;
  }
  std::string operator()(const TopicDeletion& step) const {
    return fmt::format("delete topic {}", step.name);
  }
  std::string operator()(const PasswordChange& step) const {
    return fmt::format("set the password of user {}", step.user);
  }
  std::string operator()(const PasswordRemoval& step) const {
    return fmt::format("remove the {} password of user {}", security::name_of(step.mechanism), step.user);
  }
  std::string operator()(const AclAddition& step) const { return "add " + describe_acls(step.acls); }
  std::string operator()(const AclRemoval& step) const { return "remove " + describe_acls(step.acls); }
};

// ---- Topics

void compare_partitions(const TopicImage& there, const DeclaredTopic& declared, Comparison& found) {
  const auto count = static_cast<int32_t>(there.partitions.size());
  if (declared.partitions && *declared.partitions > count)
    found.steps.push_back(TopicGrowth{declared.name, *declared.partitions});
  if (declared.partitions && *declared.partitions < count) {
    found.impossible.push_back(
        fmt::format("the topic has {} partitions, and {} are declared: none can be taken away", count,
                    *declared.partitions));
  }
  if (!declared.replicas) return;
  for (const auto& [index, partition] : there.partitions) {
    // What is being moved may have as many as declared when that has ended.
    if (partition.is_reassigning()) continue;
    if (partition.replicas.size() == static_cast<size_t>(*declared.replicas)) continue;
    found.impossible.push_back(
        fmt::format("partition {} has {} replicas, and {} are declared: kafka-reassign-partitions moves them",
                    index, partition.replicas.size(), *declared.replicas));
    return;
  }
}

void compare_config(const ConfigOverrides& there, const DeclaredTopic& declared, Comparison& found) {
  if (!declared.config) return;
  TopicAlteration alteration{declared.name, {}};
  for (const auto& [key, value] : *declared.config) {
    const std::string* set = there.find(key);
    if (set == nullptr || *set != value) alteration.edits.emplace_back(key, value);
  }
  for (const auto& [key, value] : there) {
    if (!declared.config->contains(key)) alteration.edits.emplace_back(key, std::nullopt);
  }
  if (!alteration.edits.empty()) found.steps.push_back(std::move(alteration));
}

Comparison compare_topic(const ClusterImage& image, const Manifest& manifest, const DeclaredTopic& declared) {
  Comparison found;
  const TopicImage* there = image.topics().find(declared.name);
  found.is_missing = there == nullptr;
  if (manifest.is_to_go) {
    if (there != nullptr) found.steps.push_back(TopicDeletion{declared.name});
  } else if (there == nullptr) {
    TopicCreation creation{declared.name, -1, -1, declared.config.value_or(ConfigMap())};
    if (declared.partitions) creation.partitions = *declared.partitions;
    if (declared.replicas) creation.replicas = *declared.replicas;
    found.steps.push_back(std::move(creation));
  } else {
    compare_partitions(*there, declared, found);
    compare_config(image.configs().of_topic(declared.name), declared, found);
  }
  return found;
}

// ---- Users

// What is new comes first, so that nobody loses a right in between that they are to keep. Both are in their
// order.
void compare_acls(const std::vector<AclImage>& there, const std::vector<AclImage>& declared,
                  Comparison& found) {
  std::vector<AclImage> more;
  std::set_difference(declared.begin(), declared.end(), there.begin(), there.end(), std::back_inserter(more),
                      acl_before);
  if (!more.empty()) found.steps.push_back(AclAddition{std::move(more)});
  std::vector<AclImage> less;
  std::set_difference(there.begin(), there.end(), declared.begin(), declared.end(), std::back_inserter(less),
                      acl_before);
  if (!less.empty()) found.steps.push_back(AclRemoval{std::move(less)});
}

// What was compared was another credential, if somebody has set it meanwhile.
void compare_password(const ScramCredential* there, const DeclaredUser& declared,
                      const CheckedPasswords& passwords, Comparison& found) {
  const auto known = passwords.find(declared.name);
  if (known == passwords.end()) {
    found.is_waiting = true;
    return;
  }
  const CheckedPassword& checked = known->second;
  const bool is_same = there == nullptr ? !checked.compared : checked.compared == *there;
  if (!checked.problem.empty()) {
    found.impossible.push_back(checked.problem);
  } else if (!is_same) {
    found.is_waiting = true;
  } else if (!checked.matches) {
    found.steps.push_back(
        PasswordChange{declared.name, checked.salt, checked.salted_password, checked.iterations});
  }
}

// Who shows a certificate has no password that were his: a user of that name is somebody else.
void remove_passwords(const ClusterImage& image, const DeclaredUser& declared, Comparison& found) {
  if (declared.authentication == DeclaredUser::Authentication::kCertificate) return;
  for (const ScramMechanism mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512}) {
    if (image.scram().find(mechanism, declared.name) != nullptr)
      found.steps.push_back(PasswordRemoval{declared.name, mechanism});
  }
}

// Entries come before the password: who has one has all that was declared with it, also where the controller
// that began is gone.
Comparison compare_user(const ClusterImage& image, const Manifest& manifest, const DeclaredUser& declared,
                        const std::string& principal, const CheckedPasswords& passwords,
                        const std::vector<AclImage>& there) {
  Comparison found;
  if (manifest.is_to_go) {
    remove_passwords(image, declared, found);
    compare_acls(there, {}, found);
    found.is_missing = found.steps.empty();
    return found;
  }
  if (declared.acls) {
    std::vector<AclImage> wanted = *declared.acls;
    for (AclImage& acl : wanted) acl.principal = principal;
    sort_acls(wanted);
    compare_acls(there, wanted, found);
  }
  found.is_missing = there.empty();
  if (declared.authentication != DeclaredUser::Authentication::kScramSha512) return found;
  const ScramCredential* credential = image.scram().find(ScramMechanism::kSha512, declared.name);
  compare_password(credential, declared, passwords, found);
  found.is_missing = credential == nullptr;
  return found;
}

}  // namespace

std::string describe(const DeclaredStep& step) { return std::visit(Describing(), step); }

std::string principal_of(const DeclaredUser& user, const security::PrincipalMapping& mapping) {
  if (user.authentication != DeclaredUser::Authentication::kCertificate) return "User:" + user.name;
  const std::string subject = "CN=" + user.name;
  const auto mapped = mapping.name_of(subject);
  return "User:" + (mapped ? *mapped : subject);
}

const std::vector<AclImage>& AclsByPrincipal::of(const AclsImage& acls, const std::string& principal) {
  static const std::vector<AclImage> kNone;
  if (!acls.by_id().same_as(seen_)) {
    seen_ = acls.by_id();
    by_principal_.clear();
    for (const auto& [id, acl] : seen_) by_principal_[acl.principal].push_back(acl);
    for (auto& [owner, entries] : by_principal_) sort_acls(entries);
  }
  const auto found = by_principal_.find(principal);
  return found == by_principal_.end() ? kNone : found->second;
}

Comparison compare(const ClusterImage& image, const Manifest& manifest, const std::string& principal,
                   const CheckedPasswords& passwords, AclsByPrincipal& acls) {
  if (const auto* topic = std::get_if<DeclaredTopic>(&manifest.body))
    return compare_topic(image, manifest, *topic);
  return compare_user(image, manifest, std::get<DeclaredUser>(manifest.body), principal, passwords,
                      acls.of(image.acls(), principal));
}

}  // namespace klamm::broker
