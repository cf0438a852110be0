// The node's loggers, and their levels, which can be changed at run time as those of BROKER_LOGGER resources.
// Each stands for the part of this node that does what the Kafka logger of that name tells of; Kafka's other
// names are its classes, and do not exist here. As there, a logger without a level of its own has that of its
// nearest ancestor: kafka.server.ReplicaManager, kafka.server, kafka, root. Any thread may call.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/logging.h"
#include "broker/config/alter.h"
#include "broker/config/describe.h"

namespace klamm::broker {

// "WARN"; and back, nullopt for anything but Kafka's six names in capitals.
std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level_from(std::string_view name);

class BrokerLoggers {
 public:
  explicit BrokerLoggers(LogLevel root = LogLevel::kInfo);

  // Each logger with its own level, or that of its nearest ancestor; the names that older releases had for
  // some of them come last.
  std::vector<DescribedConfig> describe() const;

  // What Kafka's RuntimeLoggerManager says of a change: all are checked before one is made.
  std::optional<ConfigError> check(std::string_view resource_name, NodeId own,
                                   std::span<const ConfigChange> changes) const;
  void apply(std::span<const ConfigChange> changes);

 private:
  static constexpr std::array<std::string_view, 16> kNames = {
      "root",
      "kafka",
      "kafka.authorizer.logger",
      "kafka.log.LogCleaner",
      "kafka.network",
      "kafka.network.RequestChannel$",
      "kafka.server",
      "kafka.server.KafkaRequestHandler",
      "kafka.server.ReplicaManager",
      "org.apache.kafka",
      "org.apache.kafka.controller",
      "org.apache.kafka.coordinator",
      "org.apache.kafka.coordinator.group",
      "org.apache.kafka.image",
      "org.apache.kafka.raft",
      "org.apache.kafka.storage",
  };
  static constexpr int kUnset = -1;

  // By its name, or by one of older releases.
  static std::optional<size_t> index_of(std::string_view name);
  LogLevel level(size_t index) const;

  // LogLevel's numbers, or kUnset; root's is always set.
  std::array<std::atomic<int>, kNames.size()> levels_;
};

}  // namespace klamm::broker
