// A few hours in the life of simulated quorums. The program klamm_sim runs as many as one likes.
#include "tests/testing.h"

#include "tests/sim/quorum/run.h"

using klamm::sim::RunOptions;
using klamm::sim::RunResult;

TEST_CASE("simulated quorums keep every invariant") {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RunOptions options{.seed = seed, .hours = 1, .nodes = seed == 2 ? 5 : 3, .minutes = 3};
    RunResult result = klamm::sim::run_seed(options);
    INFO("run again with: " << klamm::sim::command_of(options));
    REQUIRE(result.failure.value_or("") == "");
    REQUIRE(result.counters.appends > 100);
    REQUIRE(result.counters.faults() > 0);
  }
}

TEST_CASE("a seed runs the same way twice, and another one differently") {
  RunOptions options{.seed = 4, .hours = 1, .nodes = 3, .minutes = 3};
  uint64_t hash = klamm::sim::run_seed(options).trace_hash;
  REQUIRE(klamm::sim::run_seed(options).trace_hash == hash);
  options.seed = 5;
  REQUIRE(klamm::sim::run_seed(options).trace_hash != hash);
}
