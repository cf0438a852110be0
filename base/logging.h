// The log: one line per event on standard output, in the words operators know from Kafka. Formatting happens
// only when the level is on. The library behind it (spdlog) is not seen from here.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

namespace klamm {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kFatal };

// Whether a line of this level may be written, from whatever file. log_line() leaves it out if its own file's
// level is higher.
bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view line, std::string_view file = {});
// One level for all files.
void set_log_level(LogLevel level);

// Files by how their paths end: all directly in a folder ("broker/net/"), or those whose names begin so
// ("broker/server"). Of several that fit, the longest counts.
struct FileLogLevel {
  std::string files;
  LogLevel level;
};
void set_log_levels(LogLevel others, std::vector<FileLogLevel> levels);
LogLevel log_level_of(std::string_view file);

}  // namespace klamm

#define KLAMM_LOG(level, ...)                                                              \
  (::klamm::log_enabled(::klamm::LogLevel::level)                                          \
       ? ::klamm::log_line(::klamm::LogLevel::level, ::fmt::format(__VA_ARGS__), __FILE__) \
       : void(0))
#define LOG_DEBUG(...) KLAMM_LOG(kDebug, __VA_ARGS__)
#define LOG_INFO(...) KLAMM_LOG(kInfo, __VA_ARGS__)
#define LOG_WARN(...) KLAMM_LOG(kWarn, __VA_ARGS__)
#define LOG_ERROR(...) KLAMM_LOG(kError, __VA_ARGS__)
