#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <mutex>

namespace klamm {
namespace {

spdlog::level::level_enum spd_level(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kFatal:
      return spdlog::level::critical;
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

// Guarded by its mutex. (Abseil's, with annotations, is for the rooms above.)
struct FileLevels {
  std::mutex mutex;
  LogLevel others = LogLevel::kInfo;
  std::vector<FileLogLevel> levels;
};

// As the logger: the process has one log.
FileLevels& file_levels() {
  static FileLevels made;
  return made;
}

// What `files` leaves of the path must not go deeper, and may not begin within a name.
bool is_of(std::string_view path, std::string_view files) {
  size_t at = path.rfind(files);
  if (at == std::string_view::npos || (at > 0 && path[at - 1] != '/')) return false;
  return path.find('/', at + files.size()) == std::string_view::npos;
}

}  // namespace

bool log_enabled(LogLevel level) { return logger().should_log(spd_level(level)); }

void log_line(LogLevel level, std::string_view line, std::string_view file) {
  if (level >= log_level_of(file)) logger().log(spd_level(level), "{}", line);
}

void set_log_level(LogLevel level) { set_log_levels(level, {}); }

void set_log_levels(LogLevel others, std::vector<FileLogLevel> levels) {
  LogLevel finest = others;
  for (const FileLogLevel& one : levels) finest = std::min(finest, one.level);
  std::lock_guard lock(file_levels().mutex);
  file_levels().others = others;
  file_levels().levels = std::move(levels);
  logger().set_level(spd_level(finest));
}

LogLevel log_level_of(std::string_view file) {
  std::lock_guard lock(file_levels().mutex);
  const FileLogLevel* best = nullptr;
  for (const FileLogLevel& one : file_levels().levels) {
    if (is_of(file, one.files) && (best == nullptr || one.files.size() > best->files.size())) best = &one;
  }
  return best == nullptr ? file_levels().others : best->level;
}

bool LimitedLogPlace::allow(uint64_t& left_out) {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::steady_clock;
  const int64_t now_ms = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  return limiter_.allow(now_ms, left_out);
}

void log_left_out(LogLevel level, uint64_t count, std::string_view file) {
  if (count > 0) log_line(level, fmt::format("{} lines like the next one were left out", count), file);
}

}  // namespace klamm
