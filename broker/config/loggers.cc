#include "broker/config/loggers.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/text.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

constexpr std::string_view kLevelsInOrder = "DEBUG, ERROR, FATAL, INFO, TRACE, WARN";

// What each logger tells of: see set_log_levels. "kafka" and "org.apache.kafka" have only descendants, and
// "kafka.log.LogCleaner" has nothing to tell before there is compaction.
struct Source {
  std::string_view logger;
  std::string_view files;
};
constexpr Source kSources[] = {
    {"kafka.authorizer.logger", "broker/metadata/access_log"},
    {"kafka.network", "broker/net/"},
    {"kafka.network.RequestChannel$", "broker/server_dispatch"},
    {"kafka.server", "broker/"},
    {"kafka.server", "broker/config/"},
    {"kafka.server.KafkaRequestHandler", "broker/handlers/"},
    {"kafka.server.KafkaRequestHandler", "broker/request"},
    {"kafka.server.ReplicaManager", "broker/replica/"},
    {"org.apache.kafka.controller", "broker/active_controller"},
    {"org.apache.kafka.controller", "broker/controller/"},
    {"org.apache.kafka.controller", "broker/controller_host"},
    {"org.apache.kafka.coordinator", "broker/coordinator/"},
    {"org.apache.kafka.coordinator.group", "broker/group/"},
    {"org.apache.kafka.image", "broker/metadata/"},
    {"org.apache.kafka.raft", "broker/metadata_log"},
    {"org.apache.kafka.raft", "broker/quorum_network"},
    {"org.apache.kafka.raft", "broker/quorum_start"},
    {"org.apache.kafka.raft", "broker/raft_driver"},
    {"org.apache.kafka.raft", "raft/"},
    {"org.apache.kafka.storage", "storage/"},
};

// Names that set-ups of older releases still have, for loggers that are there under another one.
struct Alias {
  std::string_view name;
  std::string_view logger;
};
constexpr Alias kAliases[] = {
    {"kafka.controller", "org.apache.kafka.controller"},
    {"kafka.root.logger.level", "root"},
};

bool is_below(std::string_view name, std::string_view ancestor) {
  return name.size() > ancestor.size() && name.starts_with(ancestor) && name[ancestor.size()] == '.';
}

}  // namespace

BrokerLoggers::BrokerLoggers(std::span<const LoggerLevel> levels) {
  for (std::atomic<int>& level : levels_) level = kUnset;
  levels_[0] = static_cast<int>(LogLevel::kInfo);
  for (const LoggerLevel& each : levels) {
    if (const auto index = index_of(each.logger)) levels_[*index] = static_cast<int>(each.level);
  }
}

std::optional<Notice> BrokerLoggers::notice_of_unknown(std::span<const LoggerLevel> levels) {
  std::vector<std::string> unknown;
  for (const LoggerLevel& each : levels) {
    if (!index_of(each.logger)) unknown.push_back(each.logger);
  }
  if (unknown.empty()) return std::nullopt;
  std::vector<std::string> known(kNames.begin(), kNames.end());
  for (const Alias& alias : kAliases) known.emplace_back(alias.name);
  return Notice{LogLevel::kWarn, fmt::format("klamm.log.levels: no logger is called {}; there are {}",
                                             join(unknown, ", "), join(known, ", "))};
}

std::optional<size_t> BrokerLoggers::index_of(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (name == alias.name) name = alias.logger;
  }
  auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<size_t>(found - kNames.begin());
}

LogLevel BrokerLoggers::level(size_t index) const {
  size_t nearest = index;
  if (levels_[index] == kUnset) {
    nearest = 0;
    // Ancestors come before their descendants, so that the last one that is set is the nearest.
    for (size_t i = 1; i < index; i++) {
      if (is_below(kNames[index], kNames[i]) && levels_[i] != kUnset) nearest = i;
    }
  }
  return static_cast<LogLevel>(levels_[nearest].load());
}

std::vector<DescribedConfig> BrokerLoggers::describe() const {
  std::vector<DescribedConfig> result;
  auto add = [&](std::string_view name, size_t index) {
    DescribedConfig& logger = result.emplace_back();
    logger.name = name;
    logger.value = name_of(level(index));
    logger.source = ConfigSource::kBrokerLogger;
  };
  for (size_t i = 0; i < kNames.size(); i++) add(kNames[i], i);
  for (const Alias& alias : kAliases) {
    const std::optional<size_t> index = index_of(alias.logger);
    CHECK(index.has_value());
    add(alias.name, *index);
  }
  return result;
}

std::optional<ConfigError> BrokerLoggers::check(std::string_view resource_name, NodeId own,
                                                std::span<const ConfigChange> changes) const {
  std::optional<int64_t> id = parse_integer(resource_name, INT32_MIN, INT32_MAX);
  if (!id) {
    return ConfigError{ErrorCode::kInvalidRequest,
                       fmt::format("Node id must be an integer, but it is: {}", resource_name)};
  }
  if (*id != own.value) {
    return ConfigError{ErrorCode::kInvalidRequest,
                       fmt::format("Unexpected node id. Expected {}, but received {}", own.value, *id)};
  }
  for (const ConfigChange& change : changes) {
    auto operation = static_cast<ConfigOperation>(change.operation);
    if (operation == ConfigOperation::kAppend || operation == ConfigOperation::kSubtract) {
      return ConfigError{ErrorCode::kInvalidRequest,
                         fmt::format("{} operation is not allowed for the BROKER_LOGGER resource",
                                     operation == ConfigOperation::kAppend ? "APPEND" : "SUBTRACT")};
    }
    if (operation != ConfigOperation::kSet && operation != ConfigOperation::kDelete) {
      return ConfigError{
          ErrorCode::kInvalidRequest,
          fmt::format("Unknown operation type {} is not allowed for the BROKER_LOGGER resource",
                      change.operation)};
    }
    const std::optional<size_t> index = index_of(change.name);
    if (!index) {
      return ConfigError{ErrorCode::kInvalidConfig, fmt::format("Logger {} does not exist!", change.name)};
    }
    if (operation == ConfigOperation::kDelete) {
      if (*index != 0) continue;
      return ConfigError{ErrorCode::kInvalidRequest,
                         "Removing the log level of the root logger is not allowed"};
    }
    const std::optional<LogLevel> level = log_level_from(change.value.value_or(""));
    // Kafka takes OFF in log4j's file, and not here (LogLevelConfig).
    if (!level || *level == LogLevel::kOff) {
      return ConfigError{
          ErrorCode::kInvalidConfig,
          fmt::format("Cannot set the log level of {} to {} as it is not a supported log level. Valid "
                      "log levels are {}",
                      change.name, change.value.value_or("null"), kLevelsInOrder)};
    }
  }
  return std::nullopt;
}

void BrokerLoggers::apply(std::span<const ConfigChange> changes) {
  for (const ConfigChange& change : changes) {
    std::optional<size_t> index = index_of(change.name);
    CHECK(index.has_value());
    bool set = change.operation == static_cast<int8_t>(ConfigOperation::kSet);
    levels_[*index] = set ? static_cast<int>(*log_level_from(change.value.value_or(""))) : kUnset;
  }
  take_effect();
}

void BrokerLoggers::take_effect() const {
  std::vector<FileLogLevel> levels;
  for (const Source& source : kSources) {
    levels.push_back({std::string(source.files), level(*index_of(source.logger))});
  }
  set_log_levels(level(0), std::move(levels));
}

}  // namespace klamm::broker
