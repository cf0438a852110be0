#include "broker/declared/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "security/acl.h"

namespace klamm::broker {
namespace {

std::string describe_acls(const std::vector<AclImage>& acls) {
  std::string text;
  for (const AclImage& acl : acls) {
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

std::vector<AclImage> acls_of(const ClusterImage& image, const std::string& principal) {
  std::vector<AclImage> acls;
  for (const auto& [id, acl] : image.acls().by_id()) {
    if (acl.principal == principal) acls.push_back(acl);
  }
  return acls;
}

std::vector<AclImage> without(const std::vector<AclImage>& acls, const std::vector<AclImage>& others) {
  std::vector<AclImage> left;
  for (const AclImage& acl : acls) {
    const bool is_there = std::find(others.begin(), others.end(), acl) != others.end();
    const bool is_twice = std::find(left.begin(), left.end(), acl) != left.end();
    if (!is_there && !is_twice) left.push_back(acl);
  }
  return left;
}

// What is new comes first, so that nobody loses a right in between that they are to keep.
void compare_acls(const std::vector<AclImage>& there, const std::vector<AclImage>& declared,
                  Comparison& found) {
  auto more = without(declared, there);
  if (!more.empty()) found.steps.push_back(AclAddition{std::move(more)});
  auto less = without(there, declared);
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

Comparison compare_user(const ClusterImage& image, const Manifest& manifest, const DeclaredUser& declared,
                        const std::string& principal, const CheckedPasswords& passwords) {
  Comparison found;
  const std::vector<AclImage> there = acls_of(image, principal);
  const ScramCredential* credential = image.scram().find(ScramMechanism::kSha512, declared.name);
  found.is_missing = credential == nullptr && there.empty();
  if (manifest.is_to_go) {
    for (const ScramMechanism mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512}) {
      if (image.scram().find(mechanism, declared.name) != nullptr)
        found.steps.push_back(PasswordRemoval{declared.name, mechanism});
    }
    compare_acls(there, {}, found);
    return found;
  }
  if (declared.authentication == DeclaredUser::Authentication::kScramSha512)
    compare_password(credential, declared, passwords, found);
  if (!declared.acls) return found;
  std::vector<AclImage> wanted = *declared.acls;
  for (AclImage& acl : wanted) acl.principal = principal;
  compare_acls(there, wanted, found);
  return found;
}

}  // namespace

std::string describe(const DeclaredStep& step) { return std::visit(Describing(), step); }

Comparison compare(const ClusterImage& image, const Manifest& manifest, const std::string& principal,
                   const CheckedPasswords& passwords) {
  if (const auto* topic = std::get_if<DeclaredTopic>(&manifest.body))
    return compare_topic(image, manifest, *topic);
  return compare_user(image, manifest, std::get<DeclaredUser>(manifest.body), principal, passwords);
}

}  // namespace klamm::broker
