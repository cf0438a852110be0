#include "tests/sim/groups/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/groups/faults.h"

namespace klamm::sim::groups {
namespace {

constexpr int64_t kRound = 20 * kMinute;
// A request that was lost when it began, the sessions and the rebalance of what was left, and once more of
// what that brought about.
constexpr int64_t kHealing = 30 * kSecond + 2 * (16 + 20) * kSecond + 20 * kSecond;

// A while of faults, then a while without: everything must come together again.
void run_round(Cluster& cluster, int64_t until) {
  cluster.be_quiet(false);
  start_clients(cluster);
  cluster.run_until(until - kHealing);
  if (cluster.failure()) return;
  cluster.be_quiet(true);
  for (GroupPlan& group : cluster.groups()) group.dead = cluster.random().one_in(4);
  cluster.heal();
  cluster.run_until(until);
  if (!cluster.failure()) cluster.check_healed();
}

RunResult run(const RunOptions& options, bool keep_lines) {
  Cluster cluster(options.seed);
  if (keep_lines) cluster.keep_lines();
  RunResult result;
  const int64_t length = options.minutes * kMinute;
  const int64_t part = std::min(kRound, length);
  for (int hour = 0; hour < options.hours && !cluster.failure(); ++hour) {
    const Counters before = cluster.counters;
    for (int64_t end = part; end <= length && !cluster.failure(); end += part) {
      run_round(cluster, hour * kHour + end);
    }
    ++result.hours_run;
    const Counters& after = cluster.counters;
    const bool counts = after.commits - before.commits >= 500 && after.rebalances - before.rebalances >= 50 &&
                        after.faults() - before.faults() >= 50;
    if (counts) ++result.hours_counted;
  }
  result.counters = cluster.counters;
  result.trace_hash = cluster.trace_hash();
  result.failure = cluster.failure();
  result.last_events.assign(cluster.lines().begin(), cluster.lines().end());
  return result;
}

}  // namespace

// A seed that fails runs once more, to tell what happened.
RunResult run_seed(const RunOptions& options) {
  RunResult result = run(options, false);
  return result.failure ? run(options, true) : result;
}

std::string command_of(const RunOptions& options) {
  return fmt::format("klamm_sim --level groups --seed {} --seeds 1 --hours {}", options.seed, options.hours);
}

}  // namespace klamm::sim::groups
