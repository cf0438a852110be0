// What the kernel knows of a broker's process, and how to start one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace klamm::bench {

struct ProcessStats {
  double cpu_s = 0;     // user and system, all threads, also ended ones; steps of 10 ms
  double system_s = 0;  // the part of it that was spent in the kernel
  int64_t rss_peak_kib = 0;
  int64_t rss_kib = 0;
  int64_t context_switches = 0;  // of the threads there are
};

// All zero for pid 0 and for a process that is gone.
ProcessStats stats_of(pid_t pid);
// The sum over several.
ProcessStats stats_of(std::span<const pid_t> pids);

// From now on the peak counts from what is resident now. Without the right to say so, nothing happens.
void reset_rss_peak(std::span<const pid_t> pids);

// Starts a program with its output in `log`; -1 when that fails.
pid_t start_process(const std::vector<std::string>& command, const std::string& log);

}  // namespace klamm::bench
