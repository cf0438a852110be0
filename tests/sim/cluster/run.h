// One seed of the simulator of whole servers, or one script, from cold to the last healing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/cluster/cluster.h"
#include "tests/sim/cluster/script.h"

namespace klamm::sim::cluster {

struct RunOptions {
  uint64_t seed = 1;
  int hours = 1;
  int minutes = 60;  // of each hour
  // Faults that are asked for (tests/sim/faults_cluster.md).
  bool flips_bits = false;
  bool wipes_disks = false;
  bool fills_disks = false;
  bool loses_writes = false;
  bool restores_disks = false;
  bool has_twins = false;  // then of controllers and brokers, each alone
  bool tells = false;  // keeps its lines from the beginning
  // What befalls the cluster instead of what chance would have chosen, and the file that says so.
  std::optional<Script> script{};
  std::string script_path{};
  // Told the lines of this run's own script while it happens.
  std::function<void(const std::string& line)> on_script{};
};

struct RunResult {
  int hours_run = 0;
  int hours_counted = 0;  // with 36,000 acknowledged operations and 20 faults at least
  Counters counters;
  uint64_t trace_hash = 0;
  std::optional<std::string> failure;
  std::vector<std::string> last_events;
  std::string script{};  // the text of one that does to a cluster what was done to this one
};

RunResult run_seed(const RunOptions& options);

RunOptions options_of(Script script);

// The command that runs this seed, or this script, again.
std::string command_of(const RunOptions& options);

}  // namespace klamm::sim::cluster
