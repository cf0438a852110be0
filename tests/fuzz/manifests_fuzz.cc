// Files of KafkaTopic and KafkaUser manifests, as a mounted ConfigMap may have them: never a crash, nothing
// thrown, and memory in proportion to the file, however it nests and whatever its aliases repeat. What is
// understood holds nothing that a record of the cluster could not, or that leads out of the folder of
// passwords, and is understood the same after it was written again; what is not is told in a line that can be
// shown.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"
#include "broker/config/topic_names.h"
#include "broker/declared/manifest.h"
#include "security/acl.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::broker;
using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

namespace {

// A node of the YAML library, which one byte may make (a comma of a list), has some 450 bytes, with its token
// and its event. Beside it: a user with as many entries as there may be, all written out and read again.
constexpr size_t kMemoryPerByte = 2'000;
constexpr size_t kMemoryBeside = 16 << 20;
// What may be taken out of a file, and how many entries a user may have (broker/declared/manifest.cc).
constexpr size_t kTextMin = 64 << 10;
constexpr size_t kTextPerByte = 4;
constexpr size_t kAclsMax = 1'000;
// Longer than what YAML has as a key without a question mark before it, less some.
constexpr size_t kKeyMax = 900;

bool can_be_shown(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_file_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find('/') == text.npos;
}

// Gives how much text there is in it.
size_t check_topic(const DeclaredTopic& topic) {
  CHECK(!check_topic_name(topic.name));
  CHECK(topic.partitions.value_or(1) >= 1 && topic.replicas.value_or(1) >= 1);
  size_t text = 0;
  if (!topic.config) return text;
  for (const auto& [key, value] : *topic.config) {
    CHECK(can_be_shown(key) && can_be_shown(value));
    text += key.size() + value.size();
  }
  return text;
}

size_t check_user(const DeclaredUser& user) {
  const bool has_password = user.authentication == DeclaredUser::Authentication::kScramSha512;
  CHECK(user.secret.empty() == user.secret_key.empty());
  CHECK(has_password || user.secret.empty());
  if (!user.secret.empty()) CHECK(is_file_name(user.secret) && is_file_name(user.secret_key));
  if (has_password && user.secret.empty()) CHECK(is_file_name(user.name));
  size_t text = user.secret.size() + user.secret_key.size();
  if (!user.acls) return text;
  CHECK(user.acls->size() <= kAclsMax);
  const AclImage* before = nullptr;
  for (const AclImage& acl : *user.acls) {
    CHECK(before == nullptr || acl_before(*before, acl));
    before = &acl;
    CHECK(acl.principal.empty() && !acl.resource_name.empty());
    CHECK(can_be_shown(acl.resource_name) && can_be_shown(acl.host));
    CHECK(acl.operation >= 2 && acl.operation <= 15);
    text += acl.resource_name.size() + acl.host.size();
  }
  return text;
}

void check_all(const Manifests& manifests, size_t size) {
  size_t text = 0;
  for (const Manifest& manifest : manifests.objects) {
    CHECK(manifest.file == "fuzz" && !manifest.name.empty() && !manifest.generation.empty());
    CHECK(can_be_shown(manifest.name) && can_be_shown(manifest.generation));
    for (const std::string& note : manifest.notes) {
      CHECK(!note.empty() && can_be_shown(note));
      text += note.size();
    }
    if (const auto* topic = std::get_if<DeclaredTopic>(&manifest.body)) {
      text += check_topic(*topic);
    } else {
      text += check_user(std::get<DeclaredUser>(manifest.body));
    }
  }
  CHECK(text <= kTextMin + kTextPerByte * size);
  for (const ManifestProblem& problem : manifests.problems) {
    CHECK(problem.file == "fuzz" && !problem.message.empty());
    for (const std::string* part : {&problem.kind, &problem.name, &problem.message})
      CHECK(can_be_shown(*part));
  }
}

// Nothing that has to be escaped but these is in a text that was understood.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string spec_of(const DeclaredTopic& topic) {
  std::string text = "{topicName: " + quoted(topic.name);
  if (topic.partitions) text += ", partitions: " + std::to_string(*topic.partitions);
  if (topic.replicas) text += ", replicas: " + std::to_string(*topic.replicas);
  if (topic.config) {
    text += ", config: {";
    for (const auto& [key, value] : *topic.config) {
      if (text.back() != '{') text += ", ";
      text += quoted(key) + ": " + quoted(value);
    }
    text += "}";
  }
  return text + "}";
}

std::string resource_of(const AclImage& acl) {
  const auto type = static_cast<ResourceType>(acl.resource_type);
  if (type == ResourceType::kCluster) return "{type: cluster}";
  const bool is_prefix = acl.pattern_type == static_cast<int8_t>(PatternType::kPrefixed);
  const std::string_view word = type == ResourceType::kTopic   ? "topic"
                                : type == ResourceType::kGroup ? "group"
                                                               : "transactionalId";
  return "{type: " + std::string(word) + ", name: " + quoted(acl.resource_name) +
         (is_prefix ? ", patternType: prefix}" : "}");
}

std::string spec_of(const DeclaredUser& user) {
  using Authentication = DeclaredUser::Authentication;
  std::string text = "{";
  if (user.authentication == Authentication::kCertificate) text += "authentication: {type: tls}, ";
  if (user.authentication == Authentication::kScramSha512) {
    text += "authentication: {type: scram-sha-512";
    if (!user.secret.empty()) {
      text += ", password: {valueFrom: {secretKeyRef: {name: " + quoted(user.secret) +
              ", key: " + quoted(user.secret_key) + "}}}";
    }
    text += "}, ";
  }
  if (user.acls) {
    text += "authorization: {type: simple, acls: [";
    for (const AclImage& acl : *user.acls) {
      const bool is_deny = acl.permission_type == static_cast<int8_t>(AclPermission::kDeny);
      if (text.back() != '[') text += ", ";
      text += "{resource: " + resource_of(acl) + ", host: " + quoted(acl.host) +
              ", type: " + (is_deny ? "deny" : "allow") + ", operations: [" +
              std::string(name_of(static_cast<AclOperation>(acl.operation))) + "]}";
    }
    text += "]}, ";
  }
  if (text.ends_with(", ")) text.resize(text.size() - 2);
  return text + "}";
}

void check_written_again(const Manifest& manifest) {
  const auto* topic = std::get_if<DeclaredTopic>(&manifest.body);
  if (topic != nullptr && topic->config) {
    const auto is_long = [](const auto& entry) { return quoted(entry.first).size() > kKeyMax; };
    if (std::ranges::any_of(*topic->config, is_long)) return;
  }
  const std::string text =
      "{apiVersion: kafka.strimzi.io/v1, kind: " + std::string(manifest.kind()) +
      ", metadata: {name: " + quoted(manifest.name) + ", generation: " + quoted(manifest.generation) +
      (manifest.is_to_go ? ", annotations: {klamm.io/delete: \"true\"}" : "") +
      "}, spec: " + (topic != nullptr ? spec_of(*topic) : spec_of(std::get<DeclaredUser>(manifest.body))) +
      "}\n";
  Manifests again;
  parse_manifests("fuzz", text, again);
  CHECK(again.problems.empty() && again.objects.size() == 1);
  const Manifest& one = again.objects.front();
  CHECK(one.name == manifest.name && one.generation == manifest.generation);
  CHECK(one.is_to_go == manifest.is_to_go && one.body == manifest.body && one.notes.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  Manifests manifests;
  parse_manifests("fuzz", as_text({data, size}), manifests);
  check_all(manifests, size);
  for (const Manifest& manifest : manifests.objects) check_written_again(manifest);
  const size_t count = manifests.objects.size() + manifests.problems.size();
  refuse_twins(manifests);
  CHECK(manifests.objects.size() + manifests.problems.size() == count);
  std::set<std::pair<size_t, std::string>> subjects;
  for (const Manifest& manifest : manifests.objects) {
    const auto* topic = std::get_if<DeclaredTopic>(&manifest.body);
    CHECK(subjects.emplace(manifest.body.index(), topic != nullptr ? topic->name : manifest.name).second);
  }
  return 0;
}
