// The log: one line per event on standard output, in the words operators know from Kafka. Formatting happens
// only when the level is on. The library behind it (spdlog) is not seen from here.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_limiter.h"

namespace klamm {

// kOff is no line's: a file of that level is silent.
enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kFatal, kOff };

// Whether a line of this level may be written, from whatever file. log_line() leaves it out if its own file's
// level is higher.
bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view line, std::string_view file = {});
// One level for all files.
void set_log_level(LogLevel level);

// As Kafka's own layout has a line, or as one JSON object a line, with "time" (of UTC), "level", "source"
// (the file that it is from) and "message": then it is one line whatever it holds. Plain until it is said
// otherwise.
enum class LogFormat { kPlain, kJson };
void set_log_format(LogFormat format);
// The object; for the log and its tests. `time_ms` is milliseconds since 1970.
std::string json_log_line(int64_t time_ms, LogLevel level, std::string_view line, std::string_view file);

// Files by how their paths end: all directly in a folder ("broker/net/"), or those whose names begin so
// ("broker/server"). Of several that fit, the longest counts.
struct FileLogLevel {
  std::string files;
  LogLevel level;
};
void set_log_levels(LogLevel others, std::vector<FileLogLevel> levels);
LogLevel log_level_of(std::string_view file);

// A place in the code whose lines peers can provoke, as often as they like.
class LimitedLogPlace {
 public:
  static constexpr int kLinesMax = 200;

  // Whether a line may be written, and how many were left out before it.
  bool allow(uint64_t& left_out);

 private:
  std::mutex mutex_;
  LogLimiter limiter_{kLinesMax};
};
void log_left_out(LogLevel level, uint64_t count, std::string_view file);

}  // namespace klamm

#define KLAMM_LOG(level, ...)                                                              \
  (::klamm::log_enabled(::klamm::LogLevel::level)                                          \
       ? ::klamm::log_line(::klamm::LogLevel::level, ::fmt::format(__VA_ARGS__), __FILE__) \
       : void(0))
#define KLAMM_LOG_LIMITED(level, ...)                                                          \
  do {                                                                                         \
    static ::klamm::LimitedLogPlace klamm_place;                                               \
    uint64_t klamm_left_out = 0;                                                               \
    if (::klamm::log_enabled(::klamm::LogLevel::level) && klamm_place.allow(klamm_left_out)) { \
      ::klamm::log_left_out(::klamm::LogLevel::level, klamm_left_out, __FILE__);               \
      KLAMM_LOG(level, __VA_ARGS__);                                                           \
    }                                                                                          \
  } while (false)
#define LOG_DEBUG(...) KLAMM_LOG(kDebug, __VA_ARGS__)
#define LOG_INFO(...) KLAMM_LOG(kInfo, __VA_ARGS__)
#define LOG_WARN(...) KLAMM_LOG(kWarn, __VA_ARGS__)
#define LOG_ERROR(...) KLAMM_LOG(kError, __VA_ARGS__)
// What clients do, in so many lines as tell an operator of it, and do not fill the disk.
#define LOG_INFO_LIMITED(...) KLAMM_LOG_LIMITED(kInfo, __VA_ARGS__)
#define LOG_WARN_LIMITED(...) KLAMM_LOG_LIMITED(kWarn, __VA_ARGS__)
#define LOG_ERROR_LIMITED(...) KLAMM_LOG_LIMITED(kError, __VA_ARGS__)
