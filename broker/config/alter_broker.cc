// The broker's half: the shape of a request, and changes of its own configuration.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/config/alter.h"
#include "broker/config/build.h"
#include "broker/config/settings.h"
#include "broker/config/text.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

// These change by at most half or double at a time.
constexpr std::string_view kThreads[] = {"num.io.threads", "num.network.threads", "num.replica.fetchers",
                                         "num.recovery.threads.per.data.dir", "background.threads"};

// Kafka opens and closes listeners at run time.
constexpr std::string_view kNotAtRunTime[] = {"listeners", "listener.security.protocol.map"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ConfigError refused(std::string message) { return {ErrorCode::kInvalidRequest, std::move(message)}; }

// As Java prints a set.
std::optional<ConfigError> refuse_all(std::string_view why, const StringList& names) {
  if (names.empty()) return std::nullopt;
  return refused(fmt::format("{}: [{}]", why, join(names, ", ")));
}

Result<ConfigMap, ConfigError> apply(std::span<const ConfigChange> changes, bool replace,
                                     ConfigMap settings) {
  if (replace) {
    settings.clear();
    for (const ConfigChange& change : changes) settings[std::string(change.name)] = change.value.value_or("");
    return settings;
  }
  for (const ConfigChange& change : changes) {
    auto operation = static_cast<ConfigOperation>(change.operation);
    if (operation == ConfigOperation::kSet) {
      settings[std::string(change.name)] = change.value.value_or("");
    } else if (operation == ConfigOperation::kDelete) {
      settings.erase(std::string(change.name));
    } else if (operation == ConfigOperation::kAppend || operation == ConfigOperation::kSubtract) {
      const ConfigKey* key = broker_keys().find(change.name);
      if (key == nullptr) {
        return Error{
            ConfigError{ErrorCode::kInvalidConfig, fmt::format("Unknown config name: {}", change.name)}};
      }
      if (key->type != ConfigType::kList) {
        return Error{ConfigError{
            ErrorCode::kInvalidConfig,
            fmt::format("Config value {} is not allowed for config key: {}",
                        operation == ConfigOperation::kAppend ? "append" : "subtract", change.name)}};
      }
      // What the list becomes is the controller's to say; its entries are checked there as here.
      AlterContext context{settings, settings};
      auto edits = incremental_edits({ConfigResourceType::kBroker, ""}, {&change, 1}, context);
      if (!edits) return Error{edits.error()};
      settings[std::string(change.name)] = edits->front().value.value_or("");
    } else {
      return Error{refused(fmt::format("Unknown operations type {}", change.operation))};
    }
  }
  return settings;
}

std::optional<ConfigError> check_names_and_types(const ConfigMap& settings, bool for_all_brokers) {
  StringList read_only, unprefixed, per_broker;
  for (const auto& [name, text] : settings) {
    if (is_read_only(name)) read_only.push_back(name);
    if (is_per_listener_only(name)) unprefixed.push_back(name);
    if (for_all_brokers && is_per_broker(name)) per_broker.push_back(name);
  }
  if (auto error = refuse_all("Cannot update these configs dynamically", read_only)) return error;
  if (auto error = refuse_all("These security configs can be dynamically updated only per-listener using the "
                              "listener prefix",
                              unprefixed)) {
    return error;
  }
  for (const auto& [name, text] : settings) {
    std::optional<ListenerKey> listener = split_listener_key(name);
    const ConfigKey* key = broker_keys().find(listener ? listener->rest : name);
    if (key == nullptr) continue;
    if (auto value = parse_value(*key, text); !value) return refused(value.error().message);
  }
  return refuse_all("Cannot update these configs at default cluster level, broker id must be specified",
                    per_broker);
}

// What this release does not do at run time, or not at all.
std::optional<ConfigError> check_release(std::span<const ConfigChange> changes, const ConfigMap& settings) {
  for (const ConfigChange& change : changes) {
    auto found = settings.find(change.name);
    if (found == settings.end()) continue;
    if (contains(kNotAtRunTime, change.name)) {
      return refused(
          fmt::format("{} cannot be changed while this release of Klamm runs; change the file and restart "
                      "the node",
                      change.name));
    }
    const ConfigKey* key = find_broker_key(change.name);
    if (key == nullptr || key->treatment.kind != TreatmentKind::kRefused) continue;
    Result<ConfigValue, Failure> value = parse_value(*key, found->second);
    if (value && *value != default_value(*key)) {
      return refused(fmt::format("{} is refused: {}", change.name, key->treatment.note));
    }
  }
  return std::nullopt;
}

std::optional<ConfigError> check_threads(const Settings& before, const Settings& after) {
  for (std::string_view name : kThreads) {
    int64_t old_value = before.number(name), new_value = after.number(name);
    bool too_few = new_value < old_value / 2;
    if (!too_few && new_value <= old_value * 2) continue;
    // Kafka hands one error to another as its value, and this is how that one tells it.
    return refused(fmt::format(
        "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update "
        "validation failed for {}={}, value should {} the current value {} for configuration Invalid dynamic "
        "configuration",
        name, new_value, too_few ? "be at least half" : "not be greater than double", old_value));
  }
  return std::nullopt;
}

std::optional<ConfigError> check_cordoned(const Settings& after) {
  StringList cordoned = after.list("cordoned.log.dirs");
  StringList dirs = after.list(after.is_set("log.dirs") ? "log.dirs" : "log.dir");
  if (std::find(cordoned.begin(), cordoned.end(), "*") != cordoned.end()) {
    if (cordoned.size() == 1) return std::nullopt;
    return refused(
        "requirement failed: When cordoned.log.dirs is set to *, it must not contain other values");
  }
  std::erase_if(cordoned, [&](const std::string& dir) {
    return std::find(dirs.begin(), dirs.end(), dir) != dirs.end();
  });
  if (cordoned.empty()) return std::nullopt;
  return refused(
      "requirement failed: All entries in cordoned.log.dirs must be present in log.dirs or log.dir. "
      "Missing entries : " +
      join(cordoned, ", "));
}

}  // namespace

std::optional<ConfigError> check_changes(std::span<const ConfigChange> changes) {
  std::set<std::string_view> names;
  StringList nulls;
  for (const ConfigChange& change : changes) {
    if (!names.insert(change.name).second) return refused("Error due to duplicate config keys");
    bool deletes = change.operation == static_cast<int8_t>(ConfigOperation::kDelete);
    if (!deletes && !change.value) nulls.emplace_back(change.name);
  }
  if (nulls.empty()) return std::nullopt;
  return refused("Null value not supported for : " + join(nulls, ", "));
}

std::optional<ConfigError> check_broker_name(std::string_view name, NodeId own) {
  if (name.empty()) return std::nullopt;
  std::optional<int64_t> id = parse_integer(name, INT32_MIN, INT32_MAX);
  if (!id) return refused(fmt::format("Node id must be an integer, but it is: {}", name));
  if (*id == own.value) return std::nullopt;
  return refused(fmt::format("Unexpected broker id, expected {}, but received {}", own.value, name));
}

std::optional<ConfigError> check_broker_changes(std::span<const ConfigChange> changes, bool replace,
                                                bool for_all_brokers, const ConfigMap& current,
                                                const BrokerLayers& layers, const StoreTrial& trial) {
  Result<ConfigMap, ConfigError> result = apply(changes, replace, usable_settings(current, for_all_brokers));
  if (!result) return result.error();
  if (auto error = check_names_and_types(*result, for_all_brokers)) return error;
  if (auto error = check_release(changes, *result)) return error;
  ConfigMap before = effective_settings(layers);
  BrokerLayers changed{for_all_brokers ? layers.dynamic_broker : *result,
                       for_all_brokers ? *result : layers.dynamic_default, layers.file};
  ConfigMap after = effective_settings(changed);
  if (Problem problem = check_together(Settings(after))) return refused("requirement failed: " + *problem);
  if (Problem problem = find_wrong_limits(changed); problem && problem != find_wrong_limits(layers))
    return refused(*problem);
  if (auto error = check_cordoned(Settings(after))) return error;
  if (auto error = check_threads(Settings(before), Settings(after))) return error;
  return check_store_changes(before, after, trial);
}

NodeConfig reconfigured(const NodeConfig& config, const BrokerLayers& layers) {
  ConfigMap effective = effective_settings(layers);
  Settings settings(effective);
  NodeConfig result = config;
  build_storage(settings, result.storage);
  result.security = security_with(config, layers.dynamic_broker);
  NetworkConfig network = config.network;
  network.connections_per_ip_overrides.clear();
  if (build_limits(settings, network)) return result;
  result.network = std::move(network);
  for (Listener& listener : result.network.listeners) {
    const std::string& name = listener.endpoint.listener;
    listener.connections_max = settings.of_listener(name, "max.connections").value_or(INT32_MAX);
    listener.connection_creation_rate_max =
        settings.of_listener(name, "max.connection.creation.rate").value_or(INT32_MAX);
  }
  return result;
}

Problem find_wrong_limits(const BrokerLayers& layers) {
  NetworkConfig limits;
  return build_limits(Settings(effective_settings(layers)), limits);
}

}  // namespace klamm::broker
