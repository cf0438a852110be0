#include "tests/sim/level.h"

#include <fmt/format.h>

#include "tests/sim/groups/run.h"

namespace klamm::sim {
namespace {

using groups::Counters;

void add(Counters& sum, const Counters& more) {
  for (int64_t Counters::*counter :
       {&Counters::events, &Counters::steps, &Counters::requests, &Counters::rebalances, &Counters::commits,
        &Counters::fetches, &Counters::admin_requests, &Counters::crashes, &Counters::moves,
        &Counters::client_crashes, &Counters::pauses, &Counters::lost_connections, &Counters::failed_appends,
        &Counters::stalls, &Counters::clock_steps, &Counters::loads, &Counters::compactions,
        &Counters::tombstones, &Counters::replays}) {
    sum.*counter += more.*counter;
  }
}

class GroupsLevel final : public Level {
 public:
  Outcome run(uint64_t seed, int hours, bool counts) override {
    groups::RunResult result = groups::run_seed({.seed = seed, .hours = hours});
    if (counts) add(sum_, result.counters);
    return {result.failure, result.last_events, result.trace_hash, result.hours_run, result.hours_counted};
  }
  std::string command(uint64_t seed, int hours) const override {
    return groups::command_of({.seed = seed, .hours = hours});
  }
  std::string report() const override {
    const Counters& c = sum_;
    return fmt::format(
        "events {}  steps {}  requests {}  rebalances {}  commits {}  fetches {}  of tools {}\n"
        "crashes {}  moves {}  clients crashed {}  stood still {}  connections lost {}  appends failed {}  "
        "stalls {}  clocks set {}\n"
        "loads {}  compactions {}  tombstones {}  replays compared {}",
        c.events, c.steps, c.requests, c.rebalances, c.commits, c.fetches, c.admin_requests, c.crashes,
        c.moves, c.client_crashes, c.pauses, c.lost_connections, c.failed_appends, c.stalls, c.clock_steps,
        c.loads, c.compactions, c.tombstones, c.replays);
  }

 private:
  Counters sum_;
};

}  // namespace

std::unique_ptr<Level> make_groups_level() { return std::make_unique<GroupsLevel>(); }

}  // namespace klamm::sim
