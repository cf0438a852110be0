#include "broker/net/cpu_count.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace klamm::broker::net {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int cores_of_affinity() {
  cpu_set_t set;
  // Fails on machines with more cores than the set has room for; then the library's count has to do.
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return static_cast<int>(std::thread::hardware_concurrency());
  return CPU_COUNT(&set);
}

// The path of our group in the unified hierarchy: the line "0::/path" of /proc/self/cgroup.
std::string own_group() {
  std::istringstream lines(text_of("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return "/";
}

std::optional<int> cores_of_group(const std::string& group) {
  return cores_of_cpu_max(text_of("/sys/fs/cgroup" + group + "/cpu.max"));
}

// Version 1 has the two numbers in files of their own.
std::optional<int> cores_of_old_group() {
  std::string quota = text_of("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  std::string period = text_of("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  return cores_of_cpu_max(quota.substr(0, quota.find('\n')) + " " + period);
}

}  // namespace

std::optional<int> cores_of_cpu_max(std::string_view text) {
  int64_t quota = 0;
  int64_t period = 0;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, quota);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  auto second = std::from_chars(first.ptr + 1, end, period);
  if (second.ec != std::errc() || quota <= 0 || period <= 0) return std::nullopt;
  return static_cast<int>((quota - 1) / period + 1);
}

int usable_cores() {
  int cores = cores_of_affinity();
  auto limit = [&cores](std::optional<int> most) {
    cores = std::min(cores, most.value_or(cores));
  };
  limit(cores_of_old_group());
  // A parent's limit binds its children, who may show none of their own.
  for (std::string group = own_group();; group.resize(group.rfind('/'))) {
    limit(cores_of_group(group));
    if (group.find('/') == std::string::npos || group.empty()) break;
  }
  return std::max(cores, 1);
}

}  // namespace klamm::broker::net
