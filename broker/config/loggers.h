// The node's loggers, and their levels, which can be changed at run time as those of BROKER_LOGGER resources.
// Each stands for the part of this node that does what the Kafka logger of that name tells of; Kafka's other
// names are its classes, and do not exist here. As there, a logger without a level of its own has that of its
// nearest ancestor: kafka.server.ReplicaManager, kafka.server, kafka, root. Any thread may call.
//
// They begin with the levels of klamm.log.levels, which stands for log4j's file. Who takes a logger's level
// away takes away what the file gave it, too: as in Kafka, where Configurator.setLevel of log4j puts null in
// its place, the logger has its ancestor's until the next start.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/alter.h"
#include "broker/config/describe.h"
#include "broker/config/load.h"
#include "broker/config/logger_levels.h"

namespace klamm::broker {

class BrokerLoggers {
 public:
  // Root has INFO, and the others no level of their own, where `levels` are silent. Of several for one logger
  // the last counts; those for loggers that are not here change nothing.
  explicit BrokerLoggers(std::span<const LoggerLevel> levels = {});

  // A line about levels for loggers that are not here; none where there are no such.
  static std::optional<Notice> notice_of_unknown(std::span<const LoggerLevel> levels);

  // From here on the process's log goes by them.
  void take_effect() const;

  // Each logger with its own level, or that of its nearest ancestor; the names that older releases had for
  // some of them come last.
  std::vector<DescribedConfig> describe() const;

  // What Kafka's RuntimeLoggerManager says of a change: all are checked before one is made.
  std::optional<ConfigError> check(std::string_view resource_name, NodeId own,
                                   std::span<const ConfigChange> changes) const;
  // Takes effect, too.
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
