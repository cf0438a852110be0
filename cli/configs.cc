// kafka-configs: alters and describes the configuration of topics, brokers, their loggers, groups and client
// metrics, quotas, and the SCRAM credentials of users. It prints what Kafka's ConfigCommand prints.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/configs.h"
#include "cli/client/groups.h"
#include "cli/client/topics.h"
#include "cli/configs_options.h"
#include "cli/configs_users.h"
#include "cli/java_order.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;
using protocol::JsonWriter;

constexpr std::string_view kAbout =
    "This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, "
    "client-metrics or group";

// "topic" of "topics".
std::string_view singular(std::string_view type) { return type.substr(0, type.size() - 1); }

ConfigType type_of(std::string_view type) {
  if (type == "topics") return ConfigType::kTopic;
  if (type == "brokers") return ConfigType::kBroker;
  if (type == "broker-loggers") return ConfigType::kBrokerLogger;
  if (type == "client-metrics") return ConfigType::kClientMetrics;
  return ConfigType::kGroup;
}

bool is_of_users(std::string_view type) { return type == "users" || type == "clients" || type == "ips"; }

class ConfigsTool {
 public:
  ConfigsTool(const Options& options, ConfigEntities entities, Client& client)
      : options_(options),
        entities_(std::move(entities)),
        client_(client),
        console_(client.session().console) {}

  Attempt<> alter();
  Attempt<> describe();

 private:
  Attempt<> alter_resource(const KeysAndValues& added, const std::vector<std::string>& deleted);
  // Whether there is one of that name, where it can be known before.
  Attempt<bool> is_there(ConfigType type, const std::string& name);
  // All whose configuration may be described, when none was named.
  Attempt<std::vector<std::string>> all_names(ConfigType type);
  Attempt<std::vector<std::string>> broker_ids();
  Attempt<std::vector<std::string>> topic_names();
  Attempt<std::vector<std::string>> group_names();
  Attempt<std::vector<ConfigEntry>> entries_of(ConfigType type, const std::string& name);
  Attempt<> describe_one(ConfigType type, const std::string& name, JsonWriter* json);
  void print_entry(const ConfigEntry& entry);

  const Options& options_;
  const ConfigEntities entities_;
  Client& client_;
  Console& console_;
};

Attempt<> check_broker_id(std::string_view name, std::string_view type) {
  if (parse_int(name)) return {};
  return wrong_argument(
      fmt::format("The entity name for {} must be a valid integer broker id, found: {}", type, name));
}

ConfigSource dynamic_source(ConfigType type, const std::string& name) {
  switch (type) {
    case ConfigType::kTopic:
      return ConfigSource::kDynamicTopic;
    case ConfigType::kBroker:
      return name.empty() ? ConfigSource::kDynamicDefaultBroker : ConfigSource::kDynamicBroker;
    case ConfigType::kClientMetrics:
      return ConfigSource::kDynamicClientMetrics;
    case ConfigType::kGroup:
      return ConfigSource::kDynamicGroup;
    case ConfigType::kBrokerLogger:
      break;
  }
  return ConfigSource::kDynamicBrokerLogger;
}

Attempt<> ConfigsTool::alter() {
  if (entities_.types.size() != entities_.names.size()) {
    return wrong_argument("An entity name must be specified for every entity type");
  }
  auto added = configs_to_add(options_, client_.session().disk);
  if (!added) return Error{added.error()};
  const std::vector<std::string> deleted = configs_to_delete(options_);
  const std::string& type = entities_.types.front();
  const std::string& name = entities_.names.front();
  auto done = is_of_users(type) ? alter_users(client_, entities_, *added, deleted)
                                : alter_resource(*added, deleted);
  if (!done) return done;
  if (name.empty()) {
    console_.line("Completed updating default config for {} in the cluster.", type);
  } else {
    console_.line("Completed updating config for {} {}.", singular(type), name);
  }
  return {};
}

Attempt<> ConfigsTool::alter_resource(const KeysAndValues& added, const std::vector<std::string>& deleted) {
  const std::string& name = entities_.names.front();
  const ConfigType type = type_of(entities_.types.front());
  if (type == ConfigType::kBroker && !name.empty()) {
    if (auto done = check_broker_id(name, entities_.types.front()); !done) return done;
  }
  std::vector<ConfigChange> changes;
  for (const std::string& key : deleted) changes.push_back({key, std::nullopt});
  for (const auto& [key, value] : added) changes.push_back({key, value});
  if (type == ConfigType::kBrokerLogger) {
    auto known = entries_of(type, name);
    if (!known) return Error{known.error()};
    std::vector<std::string> invalid;
    for (const ConfigChange& change : changes) {
      const bool is_known = std::ranges::find(*known, change.name, &ConfigEntry::name) != known->end();
      if (!is_known) invalid.push_back(change.name);
    }
    if (!invalid.empty()) return wrong_argument("Invalid broker logger(s): " + joined(invalid, ","));
  }
  return alter_configs(client_, type, name, changes);
}

Attempt<std::vector<std::string>> ConfigsTool::broker_ids() {
  auto nodes =
      client_.retried("listNodes", [&](const Deadline& deadline) { return client_.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  std::vector<std::string> ids;
  for (const Node& node : *nodes) ids.push_back(fmt::format("{}", node.id));
  return ids;
}

Attempt<std::vector<std::string>> ConfigsTool::topic_names() {
  auto topics = list_topics(client_);
  if (!topics) return Error{topics.error()};
  std::vector<std::string> names;
  for (const TopicListing& topic : *topics) names.push_back(topic.name);
  return in_java_order(std::move(names), [](const std::string& name) { return java_hash(name); });
}

Attempt<std::vector<std::string>> ConfigsTool::group_names() {
  auto groups = list_groups(client_, {});
  if (!groups) return Error{groups.error()};
  std::vector<std::string> names;
  for (const GroupListing& group : *groups) names.push_back(group.id);
  auto resources = list_config_resources(client_, ConfigType::kGroup);
  const bool cannot_tell =
      !resources && (resources.error().kind == ToolError::Kind::kUnsupported ||
                     resources.error().code == ErrorCode::kClusterAuthorizationFailed);
  if (!resources && !cannot_tell) return resources;
  if (resources) names.insert(names.end(), resources->begin(), resources->end());
  std::ranges::sort(names);
  const auto again = std::ranges::unique(names);
  names.erase(again.begin(), again.end());
  return names;
}

Attempt<std::vector<std::string>> ConfigsTool::all_names(ConfigType type) {
  switch (type) {
    case ConfigType::kTopic:
      return topic_names();
    case ConfigType::kBroker:
    case ConfigType::kBrokerLogger: {
      auto ids = broker_ids();
      if (ids) ids->emplace_back();  // the default of all
      return ids;
    }
    case ConfigType::kClientMetrics:
      return list_config_resources(client_, type);
    case ConfigType::kGroup:
      break;
  }
  return group_names();
}

Attempt<bool> ConfigsTool::is_there(ConfigType type, const std::string& name) {
  if (type == ConfigType::kTopic) {
    if (const auto wrong = find_wrong_topic_name(name)) {
      return broker_error(ErrorCode::kInvalidTopicException, *wrong);
    }
  }
  const bool is_broker = type == ConfigType::kBroker || type == ConfigType::kBrokerLogger;
  if (is_broker && name.empty()) return true;
  auto names = is_broker ? broker_ids() : all_names(type);
  if (!names) return Error{names.error()};
  return std::ranges::find(*names, name) != names->end();
}

Attempt<std::vector<ConfigEntry>> ConfigsTool::entries_of(ConfigType type, const std::string& name) {
  const bool is_broker = type == ConfigType::kBroker || type == ConfigType::kBrokerLogger;
  if (is_broker && !name.empty()) {
    auto done = check_broker_id(name, entities_.types.front());
    if (!done) return Error{done.error()};
  }
  auto configs = describe_configs(client_, type, {name}, true);
  if (!configs) return Error{configs.error()};
  std::vector<ConfigEntry> entries = (*configs)[name];
  if (!options_.has("all") && type != ConfigType::kBrokerLogger) {
    const ConfigSource source = dynamic_source(type, name);
    std::erase_if(entries, [&](const ConfigEntry& entry) { return entry.source != source; });
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

void ConfigsTool::print_entry(const ConfigEntry& entry) {
  std::vector<std::string> synonyms;
  for (const ConfigSynonym& synonym : entry.synonyms) {
    synonyms.push_back(fmt::format("{}:{}={}", name_of(synonym.source), synonym.name, shown(synonym.value)));
  }
  console_.line("  {}={} sensitive={} synonyms={{{}}}", entry.name, shown(entry.value), entry.is_sensitive,
                joined(synonyms, ", "));
}

Attempt<> ConfigsTool::describe_one(ConfigType type, const std::string& name, JsonWriter* json) {
  const std::string& word = entities_.types.front();
  if (json == nullptr && name.empty()) {
    console_.line("Default configs for {} in the cluster are:", word);
  } else if (json == nullptr) {
    console_.line("{} configs for {} {} are:", options_.has("all") ? "All" : "Dynamic", singular(word), name);
  }
  auto entries = entries_of(type, name);
  if (!entries) return Error{entries.error()};
  if (json == nullptr) {
    for (const ConfigEntry& entry : *entries) print_entry(entry);
    return {};
  }
  json->begin_object().field("name", name).key("configs").begin_object();
  for (const ConfigEntry& entry : *entries) {
    json->key(entry.name);
    if (entry.value) {
      json->text(*entry.value);
    } else {
      json->null();
    }
  }
  json->end_object().end_object();
  return {};
}

Attempt<> ConfigsTool::describe() {
  const std::string& word = entities_.types.front();
  const bool as_json = options_.has("json");
  if (is_of_users(word)) return describe_users(client_, entities_, as_json);
  const ConfigType type = type_of(word);
  std::vector<std::string> names;
  if (!entities_.names.empty()) {
    names = {entities_.names.front()};
    if (!options_.has("all")) {
      auto there = is_there(type, names.front());
      if (!there) return Error{there.error()};
      if (!*there) {
        console_.line("The {} '{}' doesn't exist and doesn't have dynamic config.", singular(word),
                      names.front());
        return {};
      }
    }
  } else {
    auto all = all_names(type);
    if (!all) return Error{all.error()};
    names = *std::move(all);
  }
  JsonWriter json;
  json.begin_array();
  for (const std::string& name : names) {
    auto done = describe_one(type, name, as_json ? &json : nullptr);
    if (!done) return done;
  }
  json.end_array();
  if (as_json) console_.line("{}", json.str());
  return {};
}

// Which failures are told by their message alone; the others as the exceptions that they are in Java.
int say_failure(Session& session, OptionTable table, Words words, const ToolError& error) {
  using Kind = ToolError::Kind;
  if (error.kind == Kind::kArgument || error.kind == Kind::kUsage) return say_wrong(session, table, error);
  std::string all;
  for (const std::string_view word : words) {
    if (!all.empty()) all += ' ';
    // A password on the command line is not told again.
    all += word.find("password=") == word.npos ? word : "(not shown)";
  }
  session.console.error_line("Error while executing config command with args '{}'", all);
  session.console.error_line("java.util.concurrent.ExecutionException: {}", exception_text(error));
  return 1;
}

}  // namespace

int run_configs(Session& session, Words words) {
  const OptionTable table = table_for(session, configs_options());
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  const ConfigEntities entities = entities_of(options);
  if (auto done = check_configs_options(options, entities); !done) {
    return say_wrong(session, table, done.error());
  }
  auto client = make_client(options, session);
  if (!client) return say_failure(session, table, words, client.error());
  ConfigsTool tool(options, entities, **client);
  auto done = options.has("alter") ? tool.alter() : tool.describe();
  return done ? 0 : say_failure(session, table, words, done.error());
}

}  // namespace klamm::cli
