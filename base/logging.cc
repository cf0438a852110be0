#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace klamm {
namespace {

spdlog::level::level_enum spd_level(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return spdlog::level::trace;
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
    case LogLevel::kFatal: return spdlog::level::critical;
  }
  return spdlog::level::off;
}

// One logger for the process, made at first use; Kafka's own layout: [date time,millis] LEVEL message.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    auto fresh = std::make_shared<spdlog::logger>("klamm", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    fresh->set_pattern("[%Y-%m-%d %H:%M:%S,%e] %^%l%$ %v");
    fresh->flush_on(spdlog::level::info);
    return fresh;
  }();
  return *made;
}

}  // namespace

bool log_enabled(LogLevel level) { return logger().should_log(spd_level(level)); }
void log_line(LogLevel level, std::string_view line) { logger().log(spd_level(level), "{}", line); }
void set_log_level(LogLevel level) { logger().set_level(spd_level(level)); }

}  // namespace klamm
