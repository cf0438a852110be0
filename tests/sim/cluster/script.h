// Script: what befalls a simulated cluster, step by step. A seed that has failed says the same only as long
// as the code draws from chance in the same order; its script goes on saying what befell it.
//
//   # What it is kept for.
//   cluster seed 17 minutes 8 combined 3 flushes 0 two-disks 1 small-batches 0
//      12.345678 kill 2
//      13.100000 start 2
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {

// What is done: `kill 2`, `cut 1 3 12000`. The verbs and their numbers are in script.cc; what they mean is on
// the page of the faults (tests/sim/faults_cluster.md).
struct Step {
  std::string what{};
  std::vector<int64_t> numbers{};
  std::string path{};  // of a verb that has one
};

struct TimedStep {
  int64_t at = 0;  // microseconds of virtual time
  Step step{};
};

struct Script {
  uint64_t seed = 1;  // for all that is not said here
  int hours = 1;
  int minutes = 60;  // of each hour
  ClusterPlan plan{};
  std::vector<TimedStep> steps{};
};

// The line that says what cluster it is, without its end.
std::string head_of(const Script& script);
std::string text_of(const TimedStep& timed);
std::string text_of(const Script& script);
// The Failure names the line.
Result<Script, Failure> script_from(std::string_view text);

}  // namespace klamm::sim::cluster
