#include "broker/config/group_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/client_match.h"
#include "broker/config/settings.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

// group.<kind>.<bound>.<rest of the key>; nullptr when there is no such bound.
const ConfigKey* bound_key(std::string_view group_key, std::string_view bound) {
  size_t dot = group_key.find('.');
  std::string_view kind = group_key.substr(0, dot), rest = group_key.substr(dot + 1);
  if (rest == "num.standby.replicas") rest = "standby.replicas";
  return broker_keys().find(fmt::format("group.{}.{}.{}", kind, bound, rest));
}

std::optional<ConfigError> check_bounds(const ConfigKey& key, const ConfigMap& group,
                                        const ConfigMap& settings) {
  ConfigValue value = group_value(key, group, settings);
  const int64_t* number = std::get_if<int64_t>(&value);
  // An assignment interval that the group does not set is not looked at (KAFKA-20337).
  bool skipped = key.name.ends_with("assignment.interval.ms") && !group.contains(key.name);
  if (number == nullptr || skipped) return std::nullopt;
  Settings broker(settings);
  const ConfigKey *min = bound_key(key.name, "min"), *max = bound_key(key.name, "max");
  if (min != nullptr && *number < broker.number(min->name)) {
    return ConfigError{ErrorCode::kInvalidConfig,
                       fmt::format("{} must be greater than or equal to {}", key.name, min->name)};
  }
  if (max != nullptr && *number > broker.number(max->name)) {
    return ConfigError{ErrorCode::kInvalidConfig,
                       fmt::format("{} must be less than or equal to {}", key.name, max->name)};
  }
  return std::nullopt;
}

}  // namespace

const ConfigKey* group_synonym(std::string_view group_key) {
  return broker_keys().find("group." + std::string(group_key));
}

ConfigValue group_value(const ConfigKey& key, const ConfigMap& group, const ConfigMap& settings) {
  if (auto found = group.find(key.name); found != group.end()) {
    if (Result<ConfigValue, Failure> value = parse_value(key, found->second)) return std::move(value).value();
  }
  const ConfigKey* synonym = group_synonym(key.name);
  return synonym == nullptr ? default_value(key) : Settings(settings).value(synonym->name);
}

std::optional<ConfigError> check_group_config(const ConfigMap& group, const ConfigMap& settings) {
  for (const auto& [name, text] : group) {
    const ConfigKey* key = group_keys().find(name);
    if (key == nullptr) return ConfigError{ErrorCode::kInvalidConfig, "Unknown group config name: " + name};
    if (auto value = parse_value(*key, text); !value) {
      return ConfigError{ErrorCode::kInvalidConfig, value.error().message};
    }
  }
  for (const ConfigKey* key : group_keys().keys()) {
    if (std::optional<ConfigError> error = check_bounds(*key, group, settings)) return error;
  }
  for (std::string_view kind : {"consumer", "share", "streams"}) {
    const ConfigKey* session = group_keys().find(fmt::format("{}.session.timeout.ms", kind));
    const ConfigKey* heartbeat = group_keys().find(fmt::format("{}.heartbeat.interval.ms", kind));
    if (std::get<int64_t>(group_value(*session, group, settings)) <=
        std::get<int64_t>(group_value(*heartbeat, group, settings))) {
      return ConfigError{ErrorCode::kInvalidConfig,
                         fmt::format("{} must be greater than {}", session->name, heartbeat->name)};
    }
  }
  return std::nullopt;
}

std::optional<ConfigError> check_client_metrics_config(const ConfigMap& subscription) {
  for (const auto& [name, text] : subscription) {
    if (client_metrics_keys().find(name) == nullptr) {
      return ConfigError{ErrorCode::kInvalidRequest, "Unknown client metrics configuration: " + name};
    }
  }
  for (const auto& [name, text] : subscription) {
    Result<ConfigValue, Failure> value = parse_value(*client_metrics_keys().find(name), text);
    if (!value) return ConfigError{ErrorCode::kInvalidConfig, value.error().message};
    const int64_t* interval = std::get_if<int64_t>(&*value);
    if (interval != nullptr && (*interval < 100 || *interval > 3600000)) {
      return ConfigError{
          ErrorCode::kInvalidRequest,
          fmt::format("Invalid value {} for interval.ms, interval must be between 100 and 3600000 "
                      "(1 hour)",
                      *interval)};
    }
    if (name != "match") continue;
    if (auto match = ClientMatch::parse(std::get<StringList>(*value)); !match)
      return ConfigError{ErrorCode::kInvalidConfig, match.error().message};
  }
  return std::nullopt;
}

}  // namespace klamm::broker
