// One seed of the simulator of whole servers, from cold to the last healing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {

struct RunOptions {
  uint64_t seed = 1;
  int hours = 1;
  int minutes = 60;  // of each hour
  // Faults that not everything is there for yet.
  bool flips_bits = false;
  bool wipes_disks = false;
  bool fills_disks = false;
  bool tells = false;  // keeps its lines from the beginning
};

struct RunResult {
  int hours_run = 0;
  int hours_counted = 0;  // with 36,000 acknowledged operations and 20 faults at least
  Counters counters;
  uint64_t trace_hash = 0;
  std::optional<std::string> failure;
  std::vector<std::string> last_events;
};

RunResult run_seed(const RunOptions& options);

// The command that runs this seed again.
std::string command_of(const RunOptions& options);

}  // namespace klamm::sim::cluster
