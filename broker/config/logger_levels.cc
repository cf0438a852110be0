#include "broker/config/logger_levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "broker/config/text.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kLevelNames[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};
constexpr std::string_view kLevels = "OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE";

}  // namespace

std::string_view name_of(LogLevel level) { return kLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> log_level_from(std::string_view name) {
  auto found = std::find(std::begin(kLevelNames), std::end(kLevelNames), name);
  if (found == std::end(kLevelNames)) return std::nullopt;
  return static_cast<LogLevel>(found - std::begin(kLevelNames));
}

Result<std::vector<LoggerLevel>, Failure> parse_logger_levels(const std::vector<std::string>& entries) {
  std::vector<LoggerLevel> levels;
  for (const std::string& entry : entries) {
    const std::string_view text = java_trim(entry);
    if (text.empty()) continue;
    const size_t equals = text.find('=');
    const std::string_view logger = java_trim(text.substr(0, equals));
    if (equals == std::string_view::npos || logger.empty()) {
      return Error{Failure{fmt::format("'{}' is not of the form LOGGER=LEVEL, as in root=WARN", text)}};
    }
    const std::string_view name = java_trim(text.substr(equals + 1));
    const std::optional<LogLevel> level = log_level_from(upper_case(name));
    if (!level) {
      return Error{Failure{fmt::format("'{}' is no level for {}; write one of {}", name, logger, kLevels)}};
    }
    levels.push_back({std::string(logger), *level});
  }
  return levels;
}

}  // namespace klamm::broker
