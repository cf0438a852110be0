#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "base/utf8.h"

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
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

constexpr const char* kPlainPattern = "[%Y-%m-%d %H:%M:%S,%e] %^%l%$ %v";

std::atomic<bool>& writes_json() {
  static std::atomic<bool> made{false};
  return made;
}

// One logger for the process, made at first use; Kafka's own layout: [date time,millis] LEVEL message.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    auto fresh = std::make_shared<spdlog::logger>("klamm", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    fresh->set_pattern(kPlainPattern);
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

constexpr const char* kLevelNames[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};

// Whatever a message holds of what came from outside: control characters are escaped, and what is no UTF-8 is
// replaced, since readers of JSON refuse a line that has it.
void append_json(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const char first = text.front();
    const size_t size = utf8_size(text);
    if (size == 0) {
      out += kUtf8Replacement;
    } else if (first == '"' || first == '\\') {
      out += '\\';
      out += first;
    } else if (first == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(first) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(first));
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  out += '"';
}

// Its folder and its name: what stands before them is of the machine that built it.
std::string_view source_of(std::string_view file) {
  const size_t name = file.rfind('/');
  if (name == std::string_view::npos || name == 0) return file;
  const size_t folder = file.rfind('/', name - 1);
  return folder == std::string_view::npos ? file : file.substr(folder + 1);
}

int64_t wall_ms_now() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

bool log_enabled(LogLevel level) { return logger().should_log(spd_level(level)); }

void log_line(LogLevel level, std::string_view line, std::string_view file) {
  if (level < log_level_of(file)) return;
  if (writes_json()) {
    logger().log(spd_level(level), "{}", json_log_line(wall_ms_now(), level, line, file));
  } else {
    logger().log(spd_level(level), "{}", line);
  }
}

void set_log_format(LogFormat format) {
  writes_json() = format == LogFormat::kJson;
  logger().set_pattern(format == LogFormat::kJson ? "%v" : kPlainPattern);
}

std::string json_log_line(int64_t time_ms, LogLevel level, std::string_view line, std::string_view file) {
  const auto seconds = static_cast<time_t>(time_ms / 1000);
  tm utc{};
  gmtime_r(&seconds, &utc);
  std::string out = fmt::format("{{\"time\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\",\"level\":\"{}\",",
                                utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                                utc.tm_sec, time_ms % 1000, kLevelNames[static_cast<size_t>(level)]);
  if (!file.empty()) {
    out += "\"source\":";
    append_json(source_of(file), out);
    out += ',';
  }
  out += "\"message\":";
  append_json(line, out);
  out += '}';
  return out;
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
