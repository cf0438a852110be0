// Levels of loggers by name, as klamm.log.levels has them, and the variables of a container's environment
// that stand for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/logging.h"
#include "base/result.h"

namespace klamm::broker {

struct LoggerLevel {
  std::string logger;  // perhaps none that is here: see BrokerLoggers
  LogLevel level = LogLevel::kInfo;

  friend bool operator==(const LoggerLevel&, const LoggerLevel&) = default;
};

// "WARN"; and back, nullopt for anything but the seven names in capitals: those of Kafka's API, and OFF.
std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level_from(std::string_view name);

// Each entry is LOGGER=LEVEL. Blanks are nothing, nor are empty entries, and a level may be written in small
// letters, as in log4j's file. The failure says of the first that is wrong what would be right.
Result<std::vector<LoggerLevel>, Failure> parse_logger_levels(const std::vector<std::string>& entries);

}  // namespace klamm::broker
