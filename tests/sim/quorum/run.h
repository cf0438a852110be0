// One seed of the quorum simulator, from the first vote to the last healing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/quorum/cluster.h"

namespace klamm::sim {

struct RunOptions {
  uint64_t seed = 1;
  int hours = 1;
  int nodes = 0;     // voters; 0: the seed chooses 1, 3 or 5
  int minutes = 60;  // of each hour
};

struct RunResult {
  int hours_run = 0;
  int hours_counted = 0;  // with 3,600 appends and 20 faults at least
  Counters counters;
  uint64_t trace_hash = 0;
  std::optional<std::string> failure;
  std::vector<std::string> last_events;
};

RunResult run_seed(const RunOptions& options);

// The command that runs this seed again.
std::string command_of(const RunOptions& options);

}  // namespace klamm::sim
