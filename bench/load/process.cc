#include "bench/load/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace klamm::bench {
namespace {

// The number behind `key` in a file of "Key:  number" lines; 0 without it.
int64_t number_after(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::strtoll(line.c_str() + key.size(), nullptr, 10);
  }
  return 0;
}

}  // namespace

ProcessStats stats_of(pid_t pid) {
  ProcessStats stats;
  if (pid <= 0) return stats;
  std::string folder = fmt::format("/proc/{}", pid);
  std::ifstream file(folder + "/stat");
  std::string line;
  if (!std::getline(file, line)) return stats;
  // The program's name stands in parentheses and may hold anything; utime and stime are the 12th and 13th
  // fields behind it.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  stats.cpu_s = (user + system) / ticks;
  stats.system_s = system / ticks;
  // The kernel raises the peak only now and then: it may lie below what is resident.
  stats.rss_kib = number_after(folder + "/status", "VmRSS:");
  stats.rss_peak_kib = std::max(number_after(folder + "/status", "VmHWM:"), stats.rss_kib);
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(folder + "/task", gone)) {
    std::string status = task.path().string() + "/status";
    stats.context_switches += number_after(status, "voluntary_ctxt_switches:");
    stats.context_switches += number_after(status, "nonvoluntary_ctxt_switches:");
  }
  return stats;
}

ProcessStats stats_of(std::span<const pid_t> pids) {
  ProcessStats sum;
  for (pid_t pid : pids) {
    const ProcessStats one = stats_of(pid);
    sum.cpu_s += one.cpu_s;
    sum.system_s += one.system_s;
    sum.rss_peak_kib += one.rss_peak_kib;
    sum.rss_kib += one.rss_kib;
    sum.context_switches += one.context_switches;
  }
  return sum;
}

void reset_rss_peak(std::span<const pid_t> pids) {
  for (pid_t pid : pids) {
    if (pid > 0) std::ofstream(fmt::format("/proc/{}/clear_refs", pid)) << "5";
  }
}

pid_t start_process(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  int failed = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : -1;
}

}  // namespace klamm::bench
