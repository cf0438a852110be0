#include "tests/sim/quorum/run.h"

#include <fmt/format.h>

#include <algorithm>

namespace klamm::sim {
namespace {

constexpr int64_t kAppendsPerHourMin = 3600;
constexpr int64_t kFaultsPerHourMin = 20;
constexpr int64_t kRound = kHour / 3;
constexpr int64_t kHealing = 40 * kSecond;

int choose_nodes(const RunOptions& options, Random& random) {
  if (options.nodes != 0) return options.nodes;
  uint64_t draw = random.below(10);
  return draw == 0 ? 1 : draw < 7 ? 3 : 5;
}

// Twenty minutes of faults, then a while without: everything must come together again.
void run_round(Cluster& cluster, int64_t until) {
  cluster.be_quiet(false);
  cluster.run_until(until - kHealing);
  if (cluster.failure()) return;
  cluster.be_quiet(true);
  cluster.heal();
  cluster.run_until(until - kHealing / 4);
  cluster.stop_clients(true);
  cluster.run_until(until);
  if (cluster.failure()) return;
  cluster.check_healed();
  cluster.stop_clients(false);
}

}  // namespace

RunResult run_seed(const RunOptions& options) {
  SeededRandom random(options.seed);
  int voters = choose_nodes(options, random);
  int observers = static_cast<int>(random.below(3));
  Cluster cluster(voters, observers, random.next());
  RunResult result;
  for (int hour = 0; hour < options.hours && !cluster.failure(); ++hour) {
    Counters before = cluster.counters;
    int64_t part = std::min(kRound, options.minutes * 60 * kSecond);
    for (int64_t end = part; end <= options.minutes * 60 * kSecond && !cluster.failure(); end += part) {
      run_round(cluster, hour * kHour + end);
    }
    ++result.hours_run;
    bool counts = cluster.counters.appends - before.appends >= kAppendsPerHourMin &&
                  cluster.counters.faults() - before.faults() >= kFaultsPerHourMin;
    if (counts) ++result.hours_counted;
  }
  result.counters = cluster.counters;
  result.trace_hash = cluster.trace_hash();
  result.failure = cluster.failure();
  if (result.failure) result.last_events = cluster.last_events();
  return result;
}

std::string command_of(const RunOptions& options) {
  return fmt::format("klamm_sim --level quorum --seed {} --seeds 1 --hours {} --nodes {}", options.seed,
                     options.hours, options.nodes);
}

}  // namespace klamm::sim
