#include "tests/sim/cluster/run.h"

#include <algorithm>
#include <utility>

#include "tests/sim/cluster/faults.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kRound = 20 * kMinute;
constexpr int64_t kOperationsPerHourMin = 36'000;
constexpr int64_t kFaultsPerHourMin = 20;
// The cluster is whole again within this time of healing: sessions, elections, logs to be recovered and
// fetched, and the longest that clients wait before they try again.
constexpr int64_t kHealingMax = 150 * kSecond;
constexpr int64_t kRest = 5 * kSecond;

ClusterPlan plan_of(const RunOptions& options) {
  SeededRandom random(options.seed * 0x9E3779B97F4A7C15);
  ClusterPlan plan;
  switch (random.below(8)) {
    case 0:
      plan = {.combined = 0, .controllers = 3, .brokers = 3};
      break;
    case 1:
      plan = {.combined = 5};
      break;
    default:
      break;
  }
  if (options.has_twins) plan = {.combined = 0, .controllers = 3, .brokers = 3};
  plan.flushes = random.one_in(4);
  plan.has_two_disks = random.one_in(2);
  plan.small_batches = random.one_in(4);
  plan.flips_bits = options.flips_bits;
  plan.wipes_disks = options.wipes_disks;
  plan.fills_disks = options.fills_disks;
  plan.loses_writes = options.loses_writes;
  plan.restores_disks = options.restores_disks;
  plan.has_twins = options.has_twins;
  return plan;
}

// A while of faults, then a while without: everything must come together again, with all that was promised.
void run_round(Cluster& cluster, Faults& faults, int64_t length) {
  World& world = cluster.world;
  const int64_t until = world.now() + length;
  cluster.be_quiet(false);
  cluster.rest_clients(false);
  world.run_until(until - std::min(length / 3, 2 * kMinute));
  if (world.failure()) return;
  faults.end_failures();
  cluster.be_quiet(true);
  cluster.heal();
  cluster.rest_clients(true);
  std::optional<std::string> unhealed = "nobody has looked";
  for (const int64_t end = world.now() + kHealingMax; unhealed && world.now() < end && !world.failure();) {
    world.run_until(world.now() + kSecond);
    unhealed = cluster.find_unhealed();
    if (!unhealed && faults.has_damage()) unhealed = "a log is still damaged";
  }
  if (world.failure()) return;
  if (unhealed) return world.fail("not whole in time: " + *unhealed);
  world.run_until(world.now() + kRest);
  if (world.failure()) return;
  if (auto again = cluster.find_unhealed()) return world.fail("not whole any more: " + *again);
  cluster.check_all();
  faults.forget();
  world.run_until(std::max(until, world.now()));
}

RunResult run(const RunOptions& options, bool keeps_lines) {
  SeededRandom random(options.seed);
  Cluster cluster(random.next(), options.script ? options.script->plan : plan_of(options), keeps_lines);
  Faults faults(cluster, random.next());
  RunResult result;
  Script script{options.seed, options.hours, options.minutes, cluster.plan, {}};
  if (options.on_script) {
    options.on_script(head_of(script));
    faults.on_step = [&options](const TimedStep& timed) { options.on_script(text_of(timed)); };
  }
  cluster.begin();
  if (options.script) {
    faults.follow(options.script->steps);
  } else {
    faults.begin();
  }
  const int64_t length = options.minutes * kMinute;
  for (int hour = 0; hour < options.hours && !cluster.world.failure(); ++hour) {
    const Counters before = cluster.counters;
    for (int64_t left = length; left > 0 && !cluster.world.failure(); left -= kRound)
      run_round(cluster, faults, std::min(left, kRound));
    ++result.hours_run;
    const bool counts = cluster.counters.operations() - before.operations() >= kOperationsPerHourMin &&
                        cluster.counters.faults() - before.faults() >= kFaultsPerHourMin;
    if (counts) ++result.hours_counted;
  }
  cluster.counters.events = static_cast<int64_t>(cluster.world.events());
  cluster.counters.frames = cluster.network.frames;
  for (auto& host : cluster.hosts()) {
    for (const SimDisk* disk : host->machine().disks)
      cluster.counters.truncations += static_cast<int64_t>(disk->counters().log_truncations);
  }
  result.counters = cluster.counters;
  result.trace_hash = cluster.world.trace_hash();
  result.failure = cluster.world.failure();
  result.last_events.assign(cluster.world.lines().begin(), cluster.world.lines().end());
  script.steps = faults.steps();
  result.script = text_of(script);
  return result;
}

}  // namespace

// A seed that fails runs once more, to tell what happened.
RunResult run_seed(const RunOptions& options) {
  RunResult result = run(options, options.tells);
  return result.failure && !options.tells ? run(options, true) : result;
}

RunOptions options_of(Script script) {
  RunOptions options;
  options.seed = script.seed;
  options.hours = script.hours;
  options.minutes = script.minutes;
  options.script = std::move(script);
  return options;
}

std::string command_of(const RunOptions& options) {
  if (options.script)
    return fmt::format("klamm_sim --level cluster --seeds 1 --script {}", options.script_path);
  std::string command =
      fmt::format("klamm_sim --level cluster --seed {} --seeds 1 --hours {}", options.seed, options.hours);
  if (options.minutes != 60) command += fmt::format(" --minutes {}", options.minutes);
  if (options.flips_bits) command += " --flips 1";
  if (options.wipes_disks) command += " --wipes 1";
  if (options.fills_disks) command += " --fills 1";
  if (options.loses_writes) command += " --losses 1";
  if (options.restores_disks) command += " --restores 1";
  if (options.has_twins) command += " --twins 1";
  return command;
}

}  // namespace klamm::sim::cluster
