#include "tests/sim/level.h"

#include <fmt/format.h>

#include <cstdlib>

#include "tests/sim/quorum/run.h"

namespace klamm::sim {
namespace {

void add(Counters& sum, const Counters& more) {
  sum.events += more.events;
  sum.appends += more.appends;
  sum.elections += more.elections;
  sum.kills += more.kills;
  sum.power_losses += more.power_losses;
  sum.pauses += more.pauses;
  sum.cuts += more.cuts;
  sum.other_faults += more.other_faults;
  sum.snapshots += more.snapshots;
  sum.installs += more.installs;
  sum.truncations += more.truncations;
  sum.lost_messages += more.lost_messages;
  sum.duplicates += more.duplicates;
}

class QuorumLevel final : public Level {
 public:
  bool set(std::string_view key, std::string_view value) override {
    if (key != "--nodes") return false;
    nodes_ = std::atoi(std::string(value).c_str());
    return true;
  }
  Outcome run(uint64_t seed, int hours, bool counts) override {
    RunResult result = run_seed({.seed = seed, .hours = hours, .nodes = nodes_});
    if (counts) add(sum_, result.counters);
    return {result.failure, result.last_events, result.trace_hash, result.hours_run, result.hours_counted};
  }
  std::string command(uint64_t seed, int hours) const override {
    return command_of({.seed = seed, .hours = hours, .nodes = nodes_});
  }
  std::string report() const override {
    const Counters& c = sum_;
    return fmt::format(
        "events {}  appends {}  elections {}  kills {}  power losses {}  pauses {}  cuts {}  other faults "
        "{}\n"
        "snapshots {}  installed {}  truncations {}  messages lost {}  duplicated {}",
        c.events, c.appends, c.elections, c.kills, c.power_losses, c.pauses, c.cuts, c.other_faults,
        c.snapshots, c.installs, c.truncations, c.lost_messages, c.duplicates);
  }

 private:
  int nodes_ = 0;
  Counters sum_;
};

}  // namespace

std::unique_ptr<Level> make_quorum_level() { return std::make_unique<QuorumLevel>(); }

}  // namespace klamm::sim
