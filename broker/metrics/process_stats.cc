#include "broker/metrics/process_stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::broker::metrics {
namespace {

constexpr const char* kFiles = "/proc/self/fd";

// Files below /proc have no size: they are read until nothing comes. Empty where there is none.
std::string read_file(const char* path) {
  std::string text;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char piece[4096];
  for (ssize_t got = ::read(file, piece, sizeof piece); got > 0; got = ::read(file, piece, sizeof piece))
    text.append(piece, static_cast<size_t>(got));
  close(file);
  return text;
}

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

// The number behind `name`, as in "read_bytes: 42".
int64_t named(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return -1;
  text.remove_prefix(at + name.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return number_in(text).value_or(-1);
}

// Those of /proc/self/stat behind the name, which may hold anything but its last parenthesis: the first is
// the state, which proc(5) calls field 3.
std::vector<std::string_view> fields_of(std::string_view stat) {
  std::vector<std::string_view> fields;
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return fields;
  stat.remove_prefix(name_end + 1);
  while (!stat.empty()) {
    stat.remove_prefix(std::min(stat.find_first_not_of(" \n"), stat.size()));
    const size_t size = std::min(stat.find_first_of(" \n"), stat.size());
    if (size > 0) fields.push_back(stat.substr(0, size));
    stat.remove_prefix(size);
  }
  return fields;
}

int64_t field(const std::vector<std::string_view>& fields, size_t number) {
  const size_t at = number - 3;
  return at < fields.size() ? number_in(fields[at]).value_or(-1) : -1;
}

// Since Linux 6.2 the directory's size says it; else its entries are counted.
int64_t count_files() {
  struct stat directory {};
  if (stat(kFiles, &directory) == 0 && directory.st_size > 0) return directory.st_size;
  DIR* const entries = opendir(kFiles);
  if (entries == nullptr) return -1;
  int64_t count = -3;  // ".", "..", and the one that reads it
  while (readdir(entries) != nullptr) ++count;
  closedir(entries);
  return count;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessStats ProcessStats::read() {
  ProcessStats stats;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    stats.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  const std::string stat = read_file("/proc/self/stat");
  const std::vector<std::string_view> fields = fields_of(stat);
  stats.threads = field(fields, 20);
  stats.virtual_bytes = field(fields, 23);
  if (const int64_t pages = field(fields, 24); pages >= 0)
    stats.resident_bytes = pages * sysconf(_SC_PAGESIZE);
  const int64_t boot_seconds = named(read_file("/proc/stat"), "btime");
  if (const int64_t ticks = field(fields, 22); ticks >= 0 && boot_seconds >= 0) {
    stats.start_time_seconds = static_cast<double>(boot_seconds) +
                               static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  stats.open_files = count_files();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    stats.files_max = static_cast<int64_t>(std::min<uint64_t>(limit.rlim_cur, INT64_MAX));
  const std::string io = read_file("/proc/self/io");
  // "cancelled_write_bytes" comes behind.
  stats.disk_read_bytes = named(io, "\nread_bytes:");
  stats.disk_write_bytes = named(io, "\nwrite_bytes:");
  return stats;
}

}  // namespace klamm::broker::metrics
