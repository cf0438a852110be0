#include "cli/configs_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/client/users.h"
#include "cli/text.h"
#include "protocol/json_writer.h"
#include "security/scram.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;
using security::ScramMechanism;

constexpr int32_t kIterationsDefault = 4096;
constexpr std::string_view kUserQuotas[] = {"producer_byte_rate", "consumer_byte_rate", "request_percentage",
                                            "controller_mutation_rate"};
constexpr std::string_view kIpQuota = "connection_creation_rate";

bool is_user_quota(std::string_view name) {
  return std::ranges::find(kUserQuotas, name) != std::end(kUserQuotas);
}
bool is_scram(std::string_view name) { return security::scram_mechanism_from(name).has_value(); }

Attempt<std::string> quota_type(std::string_view type) {
  if (type == "users") return std::string("user");
  if (type == "clients") return std::string("client-id");
  if (type == "ips") return std::string("ip");
  return wrong_argument(fmt::format("Unexpected entity type: {}", type));
}

Attempt<std::vector<QuotaFilterPart>> filter_of(const ConfigEntities& entities) {
  if (entities.names.size() > entities.types.size()) {
    return wrong_argument("More entity names specified than entity types");
  }
  std::vector<QuotaFilterPart> filter;
  for (size_t i = 0; i < entities.types.size(); ++i) {
    auto type = quota_type(entities.types[i]);
    if (!type) return Error{type.error()};
    QuotaFilterPart& part = filter.emplace_back();
    part.type = *std::move(type);
    if (i < entities.names.size()) part.name = entities.names[i];
  }
  return filter;
}

const QuotaPart* find_part(const Quotas& quotas, std::string_view type) {
  const auto found = std::ranges::find(quotas.entity, type, &QuotaPart::type);
  return found == quotas.entity.end() ? nullptr : &*found;
}

std::string entity_text(const Quotas& quotas) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"user", "user-principal"}, {"client-id", "client-id"}, {"ip", "ip"}};
  std::vector<std::string> texts;
  for (const auto& [type, word] : kWords) {
    const QuotaPart* part = find_part(quotas, type);
    if (part == nullptr) continue;
    texts.push_back(part->name ? fmt::format("{} '{}'", word, *part->name)
                               : fmt::format("the default {}", word));
  }
  return joined(texts, ", ");
}

Attempt<> describe_quotas_of(Client& client, const ConfigEntities& entities, JsonWriter* json) {
  auto filter = filter_of(entities);
  if (!filter) return Error{filter.error()};
  auto found = describe_quotas(client, *filter);
  if (!found) return Error{found.error()};
  for (const Quotas& quotas : *found) {
    if (json != nullptr) {
      json->begin_object();
      for (const QuotaPart& part : quotas.entity) {
        json->key(part.type);
        if (part.name) {
          json->text(*part.name);
        } else {
          json->null();
        }
      }
      json->key("quotas").begin_object();
      for (const auto& [key, value] : quotas.values) json->key(key).real(value);
      json->end_object().end_object();
      continue;
    }
    std::vector<std::string> values;
    for (const auto& [key, value] : quotas.values) values.push_back(key + "=" + double_text(value));
    client.session().console.line("Quota configs for {} are {}", entity_text(quotas), joined(values, ", "));
  }
  return {};
}

void print_credentials(Console& console, const ScramUser& user) {
  if (!user.credentials) {
    const ToolError& error = user.credentials.error();
    console.line("Error retrieving SCRAM credential configs for user-principal '{}': {}: {}", user.name,
                 exception_name(error), error.message);
    return;
  }
  std::vector<std::string> texts;
  for (const ScramInfo& info : *user.credentials) {
    texts.push_back(fmt::format("{}=iterations={}", scram_name(info.mechanism), info.iterations));
  }
  console.line("SCRAM credential configs for user-principal '{}' are {}", user.name, joined(texts, ", "));
}

// What names may be altered together; in the words of Kafka's tool, with Scala's names for its collections.
Attempt<> check_names(const ConfigEntities& entities, const KeysAndValues& added,
                      const std::vector<std::string>& deleted) {
  const bool is_client = entities.types.front() == "clients" || entities.types.size() == 2;
  std::vector<std::string> wrong_added;
  std::vector<std::string> wrong_deleted;
  bool has_scram = false;
  bool has_quota = false;
  for (const auto& [key, value] : added) {
    has_scram |= is_scram(key);
    has_quota |= is_user_quota(key);
    if (!is_user_quota(key) && (is_client || !is_scram(key))) wrong_added.push_back(key);
  }
  for (const std::string& key : deleted) {
    has_scram |= is_scram(key);
    has_quota |= is_user_quota(key);
    if (!is_user_quota(key) && (is_client || !is_scram(key))) wrong_deleted.push_back(key);
  }
  const std::string_view kinds = is_client ? "quota configs" : "quota and SCRAM credential configs";
  const std::string_view type = is_client ? "clients" : "users";
  if (!wrong_added.empty()) {
    return wrong_argument(fmt::format(
        "Only {} can be added for '{}' using --bootstrap-server. Unexpected config names: Set({})", kinds,
        type, joined(wrong_added, ", ")));
  }
  if (!wrong_deleted.empty()) {
    return wrong_argument(fmt::format(
        "Only {} can be deleted for '{}' using --bootstrap-server. Unexpected config names: ArrayBuffer({})",
        kinds, type, joined(wrong_deleted, ", ")));
  }
  if (!has_scram) return {};
  if (std::ranges::any_of(entities.names, [](const std::string& name) { return name.empty(); })) {
    return wrong_argument(
        "The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using "
        "--bootstrap-server.");
  }
  if (has_quota) {
    return wrong_argument(
        "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using "
        "--bootstrap-server.");
  }
  return {};
}

// "iterations=8192,password=secret", of which the first half may be missing.
Attempt<NewScram> parse_scram(std::string_view name, std::string_view text) {
  constexpr std::string_view kIterations = "iterations=";
  constexpr std::string_view kPassword = "password=";
  NewScram made;
  made.mechanism = *security::scram_mechanism_from(name);
  made.iterations = kIterationsDefault;
  std::string_view rest = text;
  const auto wrong = [&] {
    return wrong_argument(fmt::format("Invalid credential property {}={}", name, "(not shown)"));
  };
  if (rest.starts_with(kIterations)) {
    const size_t comma = rest.find(',');
    if (comma == rest.npos) return wrong();
    const auto number = parse_int(rest.substr(kIterations.size(), comma - kIterations.size()));
    if (!number) return wrong();
    if (*number != -1) made.iterations = *number;
    rest.remove_prefix(comma + 1);
  }
  if (!rest.starts_with(kPassword)) return wrong();
  made.password = rest.substr(kPassword.size());
  if (made.iterations < security::kScramIterationsMin) {
    return wrong_argument(fmt::format("Iterations {} is less than the minimum {} required for {}",
                                      made.iterations, security::kScramIterationsMin, name));
  }
  return made;
}

Attempt<> alter_credentials(Client& client, const std::string& user, const KeysAndValues& added,
                            const std::vector<std::string>& deleted) {
  std::vector<NewScram> upserted;
  for (const auto& [key, value] : added) {
    auto made = parse_scram(key, value);
    if (!made) return Error{made.error()};
    upserted.push_back(*std::move(made));
  }
  std::vector<ScramMechanism> removed;
  for (const std::string& key : deleted) removed.push_back(*security::scram_mechanism_from(key));
  return alter_scram_user(client, user, upserted, removed);
}

Attempt<> alter_quotas_of(Client& client, const ConfigEntities& entities, const KeysAndValues& added,
                          const std::vector<std::string>& deleted) {
  if (entities.types.size() != entities.names.size()) {
    return wrong_argument("Exactly one entity name must be specified for every entity type");
  }
  auto filter = filter_of(entities);
  if (!filter) return Error{filter.error()};
  auto known = describe_quotas(client, *filter);
  if (!known) return Error{known.error()};
  std::set<std::string> keys;
  if (!known->empty()) {
    for (const auto& [key, value] : known->front().values) keys.insert(key);
  }
  std::vector<std::string> invalid;
  std::vector<QuotaChange> changes;
  for (const std::string& key : deleted) {
    if (!keys.contains(key)) invalid.push_back(key);
    changes.push_back({key, std::nullopt});
  }
  if (!invalid.empty()) return wrong_argument("Invalid config(s): " + joined(invalid, ","));
  for (const auto& [key, text] : added) {
    const auto value = parse_double(text);
    if (!value) {
      return wrong_argument(fmt::format("Cannot parse quota configuration value for {}: {}", key, text));
    }
    changes.push_back({key, value});
  }
  std::vector<QuotaPart> entity;
  for (const QuotaFilterPart& part : *filter) {
    entity.push_back({part.type, part.name->empty() ? std::nullopt : part.name});
  }
  return alter_quotas(client, entity, changes);
}

}  // namespace

Attempt<> describe_users(Client& client, const ConfigEntities& entities, bool as_json) {
  JsonWriter json;
  json.begin_object().key("quotas").begin_array();
  if (auto done = describe_quotas_of(client, entities, as_json ? &json : nullptr); !done) return done;
  json.end_array().key("scram").begin_array();
  const bool has_default =
      std::ranges::any_of(entities.names, [](const std::string& name) { return name.empty(); });
  if (!entities.has_type("clients") && !entities.has_type("ips") && !has_default) {
    auto users = describe_scram_users(client, entities.names);
    if (!users) return Error{users.error()};
    for (const ScramUser& user : *users) {
      if (!as_json) {
        print_credentials(client.session().console, user);
        continue;
      }
      json.begin_object().field("user", user.name).key("credentials").begin_object();
      if (user.credentials) {
        for (const ScramInfo& info : *user.credentials) {
          json.field(scram_name(info.mechanism), info.iterations);
        }
      }
      json.end_object().end_object();
    }
  }
  json.end_array().end_object();
  if (as_json) client.session().console.line("{}", json.str());
  return {};
}

Attempt<> alter_users(Client& client, const ConfigEntities& entities, const KeysAndValues& added,
                      const std::vector<std::string>& deleted) {
  if (entities.types.front() == "ips") {
    std::vector<std::string> unknown;
    for (const auto& [key, value] : added) {
      if (key != kIpQuota) unknown.push_back(key);
    }
    for (const std::string& key : deleted) {
      if (key != kIpQuota) unknown.push_back(key);
    }
    if (!unknown.empty()) {
      return wrong_argument(fmt::format(
          "Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config "
          "names: {}",
          joined(unknown, ",")));
    }
    return alter_quotas_of(client, entities, added, deleted);
  }
  if (auto done = check_names(entities, added, deleted); !done) return done;
  const auto is_quota = [](const auto& pair) { return is_user_quota(pair.first); };
  if (std::ranges::any_of(added, is_quota) || std::ranges::any_of(deleted, is_user_quota)) {
    return alter_quotas_of(client, entities, added, deleted);
  }
  if (entities.names.size() != 1) return failed("credentials are altered of one user at a time");
  return alter_credentials(client, entities.names.front(), added, deleted);
}

}  // namespace klamm::cli
