// One seed of the groups simulator, from the first election to the last healing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/groups/cluster.h"

namespace klamm::sim::groups {

struct RunOptions {
  uint64_t seed = 1;
  int hours = 1;
  int minutes = 60;  // of each hour
};

struct RunResult {
  int hours_run = 0;
  int hours_counted = 0;  // with 500 commits, 50 rebalances and 50 faults at least
  Counters counters;
  uint64_t trace_hash = 0;
  std::optional<std::string> failure;
  std::vector<std::string> last_events;
};

RunResult run_seed(const RunOptions& options);

// The command that runs this seed again.
std::string command_of(const RunOptions& options);

}  // namespace klamm::sim::groups
