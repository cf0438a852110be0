// The log: one line per event on standard output, in the words operators know from Kafka. Formatting happens
// only when the level is on. The library behind it (spdlog) is not seen from here.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace klamm {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kFatal };

bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view line);
void set_log_level(LogLevel level);

}  // namespace klamm

#define KLAMM_LOG(level, ...)                                                          \
  (::klamm::log_enabled(::klamm::LogLevel::level)                                      \
       ? ::klamm::log_line(::klamm::LogLevel::level, ::fmt::format(__VA_ARGS__))       \
       : void(0))
#define LOG_DEBUG(...) KLAMM_LOG(kDebug, __VA_ARGS__)
#define LOG_INFO(...) KLAMM_LOG(kInfo, __VA_ARGS__)
#define LOG_WARN(...) KLAMM_LOG(kWarn, __VA_ARGS__)
#define LOG_ERROR(...) KLAMM_LOG(kError, __VA_ARGS__)
