// A few minutes in the life of simulated groups. The program klamm_sim runs as many hours as one likes.
#include "tests/testing.h"

#include "base/logging.h"
#include "tests/sim/groups/run.h"

using klamm::sim::groups::RunOptions;
using klamm::sim::groups::RunResult;

namespace {

// The groups' log speaks of every member that comes and goes.
RunResult run_quietly(const RunOptions& options) {
  klamm::set_log_level(klamm::LogLevel::kFatal);
  RunResult result = klamm::sim::groups::run_seed(options);
  klamm::set_log_level(klamm::LogLevel::kInfo);
  return result;
}

}  // namespace

TEST_CASE("simulated groups keep every invariant") {
  RunOptions options{.minutes = 40};
  for (options.seed = 1; options.seed <= 5; ++options.seed) {
    RunResult result = run_quietly(options);
    INFO("run again with: " << klamm::sim::groups::command_of(options));
    REQUIRE(result.failure.value_or("") == "");
    REQUIRE(result.counters.requests > 1000);
    REQUIRE(result.counters.faults() > 20);
    REQUIRE(result.counters.replays > 0);
  }
}

TEST_CASE("a seed of simulated groups runs the same way twice, and another one differently") {
  RunOptions options{.seed = 6, .minutes = 20};
  uint64_t hash = run_quietly(options).trace_hash;
  REQUIRE(run_quietly(options).trace_hash == hash);
  options.seed = 7;
  REQUIRE(run_quietly(options).trace_hash != hash);
}
