#include "broker/declared/manifest.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "broker/config/topic_names.h"
#include "security/acl.h"

namespace klamm::broker {
namespace {

using YAML::Node;

constexpr std::string_view kDelete = "klamm.io/delete";

// The field of a map; nothing where there is none, or no value.
std::optional<Node> field(const Node& map, const std::string& name) {
  if (!map.IsMap()) return std::nullopt;
  const Node found = map[name];
  if (!found.IsDefined() || found.IsNull()) return std::nullopt;
  return found;
}

std::string text_or(const Node& map, const std::string& name, std::string otherwise) {
  const auto found = field(map, name);
  return found && found->IsScalar() ? found->Scalar() : std::move(otherwise);
}

// "DESCRIBE_CONFIGS" and "DescribeConfigs" alike.
std::string plain_word(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    if (c != '_') plain += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return plain;
}

std::optional<security::AclOperation> operation_from(std::string_view word) {
  for (int8_t number = 2; number <= 15; ++number) {
    const auto operation = static_cast<security::AclOperation>(number);
    if (plain_word(name_of(operation)) == plain_word(word)) return operation;
  }
  return std::nullopt;
}

// Reads one document. What is wrong first is kept, and makes the rest meaningless.
class ManifestReader {
 public:
  Result<Manifest, std::string> read(const Node& document, std::string_view file) {
    Manifest manifest;
    manifest.file = file;
    const auto metadata = field(document, "metadata");
    if (!metadata) return Error{std::string("metadata is missing")};
    manifest.name = text_or(*metadata, "name", "");
    if (manifest.name.empty()) return Error{std::string("metadata.name is missing")};
    manifest.generation = generation_of(document, *metadata);
    manifest.is_to_go = is_to_go(*metadata);
    const Node spec = field(document, "spec").value_or(Node(YAML::NodeType::Map));
    if (!spec.IsMap()) return Error{std::string("spec is no map")};
    if (text_or(document, "kind", "") == "KafkaTopic") {
      manifest.body = topic(spec, manifest.name);
    } else {
      manifest.body = user(spec, manifest.name);
    }
    if (!problem_.empty()) return Error{problem_};
    manifest.notes = std::move(notes_);
    return manifest;
  }

 private:
  void refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  // What else is in a map is told, and not acted on.
  void note_others(const Node& map, const std::string& where, std::initializer_list<std::string_view> known) {
    for (const auto& entry : map) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      if (std::find(known.begin(), known.end(), name) == known.end())
        notes_.push_back(fmt::format("{}.{} is not acted on", where, name));
    }
  }

  std::optional<int64_t> number(const Node& map, const std::string& where, const std::string& name,
                                int64_t most) {
    const auto found = field(map, name);
    if (!found) return std::nullopt;
    int64_t value = 0;
    const std::string text = found->IsScalar() ? found->Scalar() : "";
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (!is_number || value < 1 || value > most) {
      refuse(
          fmt::format("{}.{}: a number from 1 to {} is wanted, and there is '{}'", where, name, most, text));
      return std::nullopt;
    }
    return value;
  }

  static std::string generation_of(const Node& document, const Node& metadata) {
    const std::string said = text_or(metadata, "generation", "");
    if (!said.empty()) return said;
    const std::string text = YAML::Dump(document);
    return fmt::format("{:08x}", crc32c(as_bytes(text)));
  }

  static bool is_to_go(const Node& metadata) {
    const auto annotations = field(metadata, "annotations");
    return annotations && text_or(*annotations, std::string(kDelete), "") == "true";
  }

  DeclaredTopic topic(const Node& spec, const std::string& name) {
    DeclaredTopic topic;
    topic.name = text_or(spec, "topicName", name);
    if (auto wrong = check_topic_name(topic.name)) refuse(*wrong);
    if (auto count = number(spec, "spec", "partitions", INT32_MAX))
      topic.partitions = static_cast<int32_t>(*count);
    if (auto count = number(spec, "spec", "replicas", INT16_MAX))
      topic.replicas = static_cast<int16_t>(*count);
    if (auto config = field(spec, "config")) topic.config = settings(*config);
    note_others(spec, "spec", {"topicName", "partitions", "replicas", "config"});
    return topic;
  }

  ConfigMap settings(const Node& config) {
    ConfigMap settings;
    if (!config.IsMap()) refuse("spec.config is no map");
    if (!config.IsMap()) return settings;
    for (const auto& entry : config) {
      if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
        refuse("spec.config: keys and values are wanted, and nothing else");
        break;
      }
      settings[entry.first.Scalar()] = entry.second.Scalar();
    }
    return settings;
  }

  DeclaredUser user(const Node& spec, const std::string& name) {
    DeclaredUser user;
    user.name = name;
    if (auto authentication = field(spec, "authentication")) authenticate(*authentication, user);
    if (auto authorization = field(spec, "authorization")) authorize(*authorization, user);
    const bool is_own =
        user.authentication == DeclaredUser::Authentication::kScramSha512 && user.secret.empty();
    if (is_own && !is_file_name(name))
      refuse("metadata.name: it is the name of the folder of the password; name a secretKeyRef instead");
    note_others(spec, "spec", {"authentication", "authorization"});
    return user;
  }

  void authenticate(const Node& authentication, DeclaredUser& user) {
    const std::string type = text_or(authentication, "type", "");
    if (type == "tls" || type == "tls-external") {
      user.authentication = DeclaredUser::Authentication::kCertificate;
    } else if (type == "scram-sha-512") {
      user.authentication = DeclaredUser::Authentication::kScramSha512;
    } else {
      return refuse(fmt::format(
          "spec.authentication.type: '{}' is none of scram-sha-512, tls and tls-external", type));
    }
    note_others(authentication, "spec.authentication", {"type", "password"});
    const auto password = field(authentication, "password");
    if (!password) return;
    const auto source = field(*password, "valueFrom");
    const auto reference = source ? field(*source, "secretKeyRef") : std::nullopt;
    if (!reference) return refuse("spec.authentication.password: valueFrom.secretKeyRef is wanted");
    user.secret = text_or(*reference, "name", "");
    user.secret_key = text_or(*reference, "key", "");
    if (!is_file_name(user.secret) || !is_file_name(user.secret_key))
      refuse("spec.authentication.password: secretKeyRef wants the name of a secret, and a key in it");
  }

  // They are looked up below a directory, and nowhere else.
  static bool is_file_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
  }

  void authorize(const Node& authorization, DeclaredUser& user) {
    const std::string type = text_or(authorization, "type", "");
    if (type != "simple") return refuse(fmt::format("spec.authorization.type: '{}' is not simple", type));
    user.acls.emplace();
    const auto acls = field(authorization, "acls");
    if (!acls) return;
    if (!acls->IsSequence()) return refuse("spec.authorization.acls is no list");
    for (const auto& entry : *acls) add_acls(entry, *user.acls);
    std::sort(user.acls->begin(), user.acls->end(), is_before);
    user.acls->erase(std::unique(user.acls->begin(), user.acls->end()), user.acls->end());
  }

  static bool is_before(const AclImage& a, const AclImage& b) {
    auto key = [](const AclImage& acl) {
      return std::tie(acl.resource_type, acl.resource_name, acl.pattern_type, acl.host, acl.operation,
                      acl.permission_type);
    };
    return key(a) < key(b);
  }

  // An entry of the list has one resource, and any number of operations.
  void add_acls(const Node& entry, std::vector<AclImage>& acls) {
    const auto resource = field(entry, "resource");
    if (!resource) return refuse("spec.authorization.acls: a resource is missing");
    AclImage acl;
    name_resource(*resource, acl);
    acl.host = text_or(entry, "host", std::string(security::kWildcard));
    const std::string type = text_or(entry, "type", "allow");
    if (type != "allow" && type != "deny")
      return refuse(fmt::format("spec.authorization.acls: type '{}' is neither allow nor deny", type));
    const auto permission =
        type == "allow" ? security::AclPermission::kAllow : security::AclPermission::kDeny;
    acl.permission_type = static_cast<int8_t>(permission);
    const auto operations = field(entry, "operations");
    if (operations && operations->IsSequence()) {
      for (const auto& word : *operations) add_operation(word.IsScalar() ? word.Scalar() : "", acl, acls);
    } else {
      add_operation(text_or(entry, "operation", ""), acl, acls);
    }
  }

  void add_operation(const std::string& word, AclImage acl, std::vector<AclImage>& acls) {
    const auto operation = operation_from(word);
    if (!operation) return refuse(fmt::format("spec.authorization.acls: '{}' is no operation", word));
    acl.operation = static_cast<int8_t>(*operation);
    acls.push_back(std::move(acl));
  }

  void name_resource(const Node& resource, AclImage& acl) {
    using security::ResourceType;
    const std::string type = text_or(resource, "type", "");
    const std::map<std::string, ResourceType> types = {{"topic", ResourceType::kTopic},
                                                       {"group", ResourceType::kGroup},
                                                       {"cluster", ResourceType::kCluster},
                                                       {"transactionalId", ResourceType::kTransactionalId}};
    const auto found = types.find(type);
    if (found == types.end()) {
      return refuse(fmt::format(
          "spec.authorization.acls: resource.type '{}' is none of topic, group, cluster and transactionalId",
          type));
    }
    const bool is_cluster = found->second == ResourceType::kCluster;
    acl.resource_type = static_cast<int8_t>(found->second);
    acl.resource_name = is_cluster ? std::string(security::kClusterName) : text_or(resource, "name", "");
    if (acl.resource_name.empty()) refuse("spec.authorization.acls: a resource has no name");
    const std::string pattern = text_or(resource, "patternType", "literal");
    if (pattern != "literal" && pattern != "prefix") {
      return refuse(fmt::format("spec.authorization.acls: patternType '{}' is neither literal nor prefix",
                                pattern));
    }
    acl.pattern_type = static_cast<int8_t>(pattern == "literal" ? security::PatternType::kLiteral
                                                                : security::PatternType::kPrefixed);
  }

  std::string problem_;
  std::vector<std::string> notes_;
};

void read_document(const Node& document, std::string_view file, Manifests& into) {
  if (!document.IsDefined() || document.IsNull()) return;
  if (!document.IsMap()) {
    into.problems.push_back({std::string(file), "", "", "a document is no map"});
    return;
  }
  const std::string kind = text_or(document, "kind", "");
  const auto metadata = field(document, "metadata");
  const std::string name = metadata ? text_or(*metadata, "name", "") : "";
  if (kind != "KafkaTopic" && kind != "KafkaUser") {
    into.problems.push_back(
        {std::string(file), kind, name, fmt::format("kind '{}' is neither KafkaTopic nor KafkaUser", kind)});
    return;
  }
  auto manifest = ManifestReader().read(document, file);
  if (manifest) {
    into.objects.push_back(std::move(manifest).value());
  } else {
    into.problems.push_back({std::string(file), kind, name, manifest.error()});
  }
}

// What makes two manifests be of the same thing.
std::pair<size_t, std::string> subject_of(const Manifest& manifest) {
  const auto* topic = std::get_if<DeclaredTopic>(&manifest.body);
  return {manifest.body.index(), topic != nullptr ? topic->name : std::get<DeclaredUser>(manifest.body).name};
}

}  // namespace

// The library's own way to fail ends here.
void parse_manifests(std::string_view file, std::string_view text, Manifests& into) {
  try {
    for (const Node& document : YAML::LoadAll(std::string(text))) read_document(document, file, into);
  } catch (const YAML::Exception& problem) {
    into.problems.push_back({std::string(file), "", "", problem.what()});
  }
}

void refuse_twins(Manifests& manifests) {
  std::map<std::pair<size_t, std::string>, std::string> seen;
  std::vector<Manifest> first;
  for (Manifest& manifest : manifests.objects) {
    const auto [at, is_new] = seen.try_emplace(subject_of(manifest), manifest.file);
    if (is_new) {
      first.push_back(std::move(manifest));
      continue;
    }
    manifests.problems.push_back(
        {manifest.file, std::string(manifest.kind()), manifest.name,
         fmt::format("{} declares the same, and is the one that counts", at->second)});
  }
  manifests.objects = std::move(first);
}

}  // namespace klamm::broker
