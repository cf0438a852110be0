#include "broker/declared/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "broker/config/topic_names.h"
#include "broker/declared/yaml_fields.h"
#include "security/acl.h"

namespace klamm::broker {
namespace {

using YAML::Node;

constexpr std::array<std::string_view, 2> kVersions = {"kafka.strimzi.io/v1", "kafka.strimzi.io/v1beta2"};
constexpr std::string_view kDelete = "klamm.io/delete";
constexpr std::string_view kStrimzi = "strimzi.io/";
// A user's entries are added, and removed, in one turn of the controller.
constexpr size_t kAclsMax = 1'000;
// How many bytes of texts a file may give: more than it has itself, for those who use aliases.
constexpr size_t kRoomMin = 64 << 10;
constexpr size_t kRoomPerByte = 4;

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

// What a manifest declares, as one text: a mark of it changes with that, and not with a comment or a label.
std::string text_of(const Manifest& manifest) {
  std::string text = manifest.is_to_go ? "to go\n" : "";
  if (const auto* topic = std::get_if<DeclaredTopic>(&manifest.body)) {
    text += fmt::format("{}\n{}\n{}\n", topic->name, topic->partitions.value_or(0),
                        topic->replicas.value_or(0));
    if (!topic->config) return text;
    for (const auto& [key, value] : *topic->config) text += fmt::format("{}={}\n", key, value);
    return text + "all\n";
  }
  const auto& user = std::get<DeclaredUser>(manifest.body);
  text += fmt::format("{}\n{}\n{}\n{}\n", user.name, static_cast<int>(user.authentication), user.secret,
                      user.secret_key);
  if (!user.acls) return text;
  for (const AclImage& acl : *user.acls) {
    text += fmt::format("{} {} {} {} {} {}\n", static_cast<int>(acl.resource_type), acl.resource_name,
                        static_cast<int>(acl.pattern_type), acl.host, static_cast<int>(acl.operation),
                        static_cast<int>(acl.permission_type));
  }
  return text + "all\n";
}

// Reads one document.
class ManifestReader {
 public:
  explicit ManifestReader(size_t& room) : fields_(room) {}

  Result<Manifest, std::string> read(const Node& document, std::string_view file) {
    Manifest manifest;
    manifest.file = file;
    check_version(document);
    const auto metadata = YamlFields::field(document, "metadata");
    if (!metadata) fields_.refuse("metadata is missing");
    if (metadata) manifest.name = fields_.text(*metadata, "metadata", "name");
    if (manifest.name.empty()) fields_.refuse("metadata.name is missing");
    if (fields_.has_problem()) return Error{fields_.problem()};
    manifest.is_to_go = is_to_go(*metadata);
    const Node spec = YamlFields::field(document, "spec").value_or(Node(YAML::NodeType::Map));
    if (!spec.IsMap()) fields_.refuse("spec is no map");
    if (fields_.text(document, "", "kind") == "KafkaTopic") {
      manifest.body = topic(spec, manifest.name);
    } else {
      manifest.body = user(spec, manifest.name);
    }
    fields_.know(document, "", {"apiVersion", "kind", "metadata", "spec", "status"});
    manifest.generation = fields_.text(*metadata, "metadata", "generation");
    if (fields_.has_problem()) return Error{fields_.problem()};
    if (manifest.generation.empty())
      manifest.generation = fmt::format("{:08x}", crc32c(as_bytes(text_of(manifest))));
    manifest.notes = fields_.notes();
    return manifest;
  }

 private:
  // There are other KafkaTopics than Strimzi's, with other fields.
  void check_version(const Node& document) {
    const std::string version = fields_.text(document, "", "apiVersion", std::string(kVersions.front()));
    if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) {
      fields_.refuse(
          fmt::format("apiVersion '{}' is neither {} nor {}", version, kVersions.front(), kVersions.back()));
    }
  }

  bool is_to_go(const Node& metadata) {
    const std::string where = "metadata.annotations";
    const auto annotations = YamlFields::field(metadata, "annotations");
    if (!annotations || !annotations->IsMap()) return false;
    for (const auto& entry : *annotations) {
      const std::string name = fields_.plain(entry.first, where);
      if (name.starts_with(kStrimzi)) fields_.note(fmt::format("{}: {} is not acted on", where, name));
      if (fields_.has_problem()) return false;
    }
    const std::string said = fields_.text(*annotations, where, std::string(kDelete), "false");
    if (said != "true" && said != "false")
      fields_.note(fmt::format("{}: {} is acted on where it is \"true\", and is '{}'", where, kDelete, said));
    return said == "true";
  }

  DeclaredTopic topic(const Node& spec, const std::string& name) {
    DeclaredTopic topic;
    topic.name = fields_.text(spec, "spec", "topicName", name);
    if (auto wrong = check_topic_name(topic.name)) fields_.refuse(*wrong);
    if (auto count = fields_.number(spec, "spec", "partitions", INT32_MAX))
      topic.partitions = static_cast<int32_t>(*count);
    if (auto count = fields_.number(spec, "spec", "replicas", INT16_MAX))
      topic.replicas = static_cast<int16_t>(*count);
    if (auto config = YamlFields::field(spec, "config")) topic.config = settings(*config);
    fields_.know(spec, "spec", {"topicName", "partitions", "replicas", "config"});
    return topic;
  }

  ConfigMap settings(const Node& config) {
    ConfigMap settings;
    if (!config.IsMap()) fields_.refuse("spec.config is no map");
    if (fields_.has_problem()) return settings;
    for (const auto& entry : config) {
      if (!entry.first.IsScalar() || !entry.second.IsScalar())
        fields_.refuse("spec.config: keys and values are wanted, and nothing else");
      const std::string key = fields_.plain(entry.first, "spec.config");
      std::string value = fields_.plain(entry.second, "spec.config." + key);
      if (fields_.has_problem()) break;
      if (!settings.try_emplace(key, std::move(value)).second)
        fields_.refuse(fmt::format("spec.config.{} is there twice", key));
    }
    return settings;
  }

  DeclaredUser user(const Node& spec, const std::string& name) {
    DeclaredUser user;
    user.name = name;
    if (auto authentication = YamlFields::field(spec, "authentication")) authenticate(*authentication, user);
    if (auto authorization = YamlFields::field(spec, "authorization")) authorize(*authorization, user);
    const bool is_own =
        user.authentication == DeclaredUser::Authentication::kScramSha512 && user.secret.empty();
    if (is_own && !is_file_name(name)) {
      fields_.refuse(
          "metadata.name: it is the name of the folder of the password; name a secretKeyRef instead");
    }
    fields_.know(spec, "spec", {"authentication", "authorization"});
    return user;
  }

  void authenticate(const Node& authentication, DeclaredUser& user) {
    const std::string where = "spec.authentication";
    const std::string type = fields_.text(authentication, where, "type");
    if (type == "tls" || type == "tls-external") {
      user.authentication = DeclaredUser::Authentication::kCertificate;
    } else if (type == "scram-sha-512") {
      user.authentication = DeclaredUser::Authentication::kScramSha512;
    } else {
      return fields_.refuse(
          fmt::format("{}.type: '{}' is none of scram-sha-512, tls and tls-external", where, type));
    }
    const bool is_scram = user.authentication == DeclaredUser::Authentication::kScramSha512;
    const auto password = YamlFields::field(authentication, "password");
    if (is_scram) {
      fields_.know(authentication, where, {"type", "password"});
    } else {
      fields_.know(authentication, where, {"type"});
    }
    if (!password || !is_scram) return;
    const auto source = YamlFields::field(*password, "valueFrom");
    const auto reference = source ? YamlFields::field(*source, "secretKeyRef") : std::nullopt;
    if (!reference)
      return fields_.refuse("spec.authentication.password: valueFrom.secretKeyRef is wanted");
    const std::string way = where + ".password.valueFrom.secretKeyRef";
    user.secret = fields_.text(*reference, way, "name");
    user.secret_key = fields_.text(*reference, way, "key");
    if (!is_file_name(user.secret) || !is_file_name(user.secret_key)) {
      fields_.refuse(
          "spec.authentication.password: secretKeyRef wants the name of a secret, and a key in it");
    }
  }

  // They are looked up below a directory, and nowhere else.
  static bool is_file_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
  }

  // That there are to be no entries is said, and not taken from silence: those that there are would go.
  void authorize(const Node& authorization, DeclaredUser& user) {
    const std::string where = "spec.authorization";
    const std::string type = fields_.text(authorization, where, "type");
    if (type != "simple") return fields_.refuse(fmt::format("{}.type: '{}' is not simple", where, type));
    const auto acls = YamlFields::field(authorization, "acls");
    if (!acls) return fields_.refuse(where + ".acls is missing; [] is for no entries at all");
    if (!acls->IsSequence()) return fields_.refuse(where + ".acls is no list");
    fields_.know(authorization, where, {"type", "acls"});
    user.acls.emplace();
    for (const auto& entry : *acls) {
      if (fields_.has_problem()) return;
      add_acls(entry, *user.acls);
    }
    sort_acls(*user.acls);
  }

  // An entry of the list has one resource, and any number of operations; with `operation` (v1beta2) one.
  void add_acls(const Node& entry, std::vector<AclImage>& acls) {
    const std::string where = "spec.authorization.acls";
    const auto resource = YamlFields::field(entry, "resource");
    if (!resource) return fields_.refuse(where + ": a resource is missing");
    AclImage acl;
    name_resource(*resource, acl);
    acl.host = fields_.text(entry, where, "host", std::string(security::kWildcard));
    const std::string type = fields_.text(entry, where, "type", "allow");
    if (type != "allow" && type != "deny")
      return fields_.refuse(fmt::format("{}: type '{}' is neither allow nor deny", where, type));
    const auto permission =
        type == "allow" ? security::AclPermission::kAllow : security::AclPermission::kDeny;
    acl.permission_type = static_cast<int8_t>(permission);
    const auto operations = YamlFields::field(entry, "operations");
    const bool has_one = YamlFields::field(entry, "operation").has_value();
    const bool has_many = operations && operations->IsSequence() && operations->size() > 0;
    if (has_one == operations.has_value() || has_one == has_many)
      return fields_.refuse(where + ": operations wants a list of one at least");
    fields_.know(entry, where, {"resource", "host", "type", "operations", "operation"});
    if (has_one) return add_operation(fields_.text(entry, where, "operation"), acl, acls);
    for (const auto& word : *operations) {
      if (fields_.has_problem()) return;
      add_operation(fields_.plain(word, where + ".operations"), acl, acls);
    }
  }

  void add_operation(const std::string& word, AclImage acl, std::vector<AclImage>& acls) {
    const auto operation = operation_from(word);
    if (!operation)
      return fields_.refuse(fmt::format("spec.authorization.acls: '{}' is no operation", word));
    fields_.spend(acl.resource_name.size() + acl.host.size());
    if (acls.size() == kAclsMax)
      fields_.refuse(fmt::format("spec.authorization.acls: there are more than {} operations", kAclsMax));
    if (fields_.has_problem()) return;
    acl.operation = static_cast<int8_t>(*operation);
    acls.push_back(std::move(acl));
  }

  void name_resource(const Node& resource, AclImage& acl) {
    using security::PatternType;
    using security::ResourceType;
    const std::string where = "spec.authorization.acls.resource";
    const std::string type = fields_.text(resource, where, "type");
    const std::map<std::string, ResourceType> types = {{"topic", ResourceType::kTopic},
                                                       {"group", ResourceType::kGroup},
                                                       {"cluster", ResourceType::kCluster},
                                                       {"transactionalId", ResourceType::kTransactionalId}};
    const auto found = types.find(type);
    if (found == types.end()) {
      return fields_.refuse(fmt::format(
          "spec.authorization.acls: resource.type '{}' is none of topic, group, cluster and transactionalId",
          type));
    }
    acl.resource_type = static_cast<int8_t>(found->second);
    acl.pattern_type = static_cast<int8_t>(PatternType::kLiteral);
    fields_.know(resource, where, {"type", "name", "patternType"});
    // There is one cluster, whatever it is called here.
    acl.resource_name = security::kClusterName;
    if (found->second == ResourceType::kCluster) return;
    acl.resource_name = fields_.text(resource, where, "name");
    if (acl.resource_name.empty()) fields_.refuse("spec.authorization.acls: a resource has no name");
    const std::string pattern = fields_.text(resource, where, "patternType", "literal");
    if (pattern != "literal" && pattern != "prefix") {
      return fields_.refuse(fmt::format(
          "spec.authorization.acls: patternType '{}' is neither literal nor prefix", pattern));
    }
    if (pattern == "prefix") acl.pattern_type = static_cast<int8_t>(PatternType::kPrefixed);
  }

  YamlFields fields_;
};

// Text of a file of which nothing is known, for a log or a terminal.
std::string shown(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

std::string shown(const Node& map, const std::string& name) {
  const auto found = YamlFields::field(map, name);
  return found && found->IsScalar() ? shown(found->Scalar().substr(0, 256)) : std::string();
}

void read_document(const Node& document, std::string_view file, size_t& room, Manifests& into) {
  if (!document.IsDefined() || document.IsNull()) return;
  if (!document.IsMap()) {
    into.problems.push_back({std::string(file), "", "", "a document is no map"});
    return;
  }
  const std::string kind = shown(document, "kind");
  const auto metadata = YamlFields::field(document, "metadata");
  const std::string name = metadata ? shown(*metadata, "name") : "";
  if (kind != "KafkaTopic" && kind != "KafkaUser") {
    into.problems.push_back(
        {std::string(file), kind, name, fmt::format("kind '{}' is neither KafkaTopic nor KafkaUser", kind)});
    return;
  }
  auto manifest = ManifestReader(room).read(document, file);
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

bool acl_before(const AclImage& a, const AclImage& b) {
  auto key = [](const AclImage& acl) {
    return std::tie(acl.resource_type, acl.resource_name, acl.pattern_type, acl.host, acl.operation,
                    acl.permission_type, acl.principal);
  };
  return key(a) < key(b);
}

void sort_acls(std::vector<AclImage>& acls) {
  std::sort(acls.begin(), acls.end(), acl_before);
  acls.erase(std::unique(acls.begin(), acls.end()), acls.end());
}

// The library's own way to fail ends here: its sentences have names of anchors in them, as the file has them.
// It gives up by itself where maps and lists are nested too deep.
void parse_manifests(std::string_view file, std::string_view text, Manifests& into) {
  size_t room = kRoomMin + kRoomPerByte * text.size();
  try {
    for (const Node& document : YAML::LoadAll(std::string(text))) read_document(document, file, room, into);
  } catch (const std::exception& problem) {
    into.problems.push_back({std::string(file), "", "", shown(std::string(problem.what()).substr(0, 512))});
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
