#include "tests/sim/level.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/sim/cluster/apart.h"

namespace klamm::sim {
namespace {

using cluster::Counters;
using cluster::RunOptions;

void add(Counters& sum, const Counters& more) {
  for (int64_t Counters::*counter : {&Counters::events,
                                     &Counters::frames,
                                     &Counters::batches,
                                     &Counters::records,
                                     &Counters::commits,
                                     &Counters::admin_operations,
                                     &Counters::records_read,
                                     &Counters::rebalances,
                                     &Counters::kills,
                                     &Counters::power_losses,
                                     &Counters::pauses,
                                     &Counters::cuts,
                                     &Counters::clean_stops,
                                     &Counters::slow_disks,
                                     &Counters::failed_syncs,
                                     &Counters::full_disks,
                                     &Counters::wiped_disks,
                                     &Counters::clock_steps,
                                     &Counters::resets,
                                     &Counters::slow_networks,
                                     &Counters::flipped_bits,
                                     &Counters::failed_reads,
                                     &Counters::lost_writes,
                                     &Counters::restored_disks,
                                     &Counters::twins,
                                     &Counters::slow_receivers,
                                     &Counters::other_settings,
                                     &Counters::moves,
                                     &Counters::reassignments,
                                     &Counters::leader_elections,
                                     &Counters::elections_from_elr,
                                     &Counters::isr_shrinks,
                                     &Counters::isr_expansions,
                                     &Counters::controller_terms,
                                     &Counters::fencings,
                                     &Counters::truncations,
                                     &Counters::snapshot_fetches,
                                     &Counters::votes,
                                     &Counters::fatal_ends,
                                     &Counters::client_retries,
                                     &Counters::duplicates,
                                     &Counters::images_compared}) {
    sum.*counter += more.*counter;
  }
}

// The options of a script's run; what is wrong with it goes to the error stream.
std::optional<RunOptions> options_of_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  auto script = cluster::script_from(text.str());
  if (!script) {
    fmt::print(stderr, "{}: {}\n", path, script.error().message);
    return std::nullopt;
  }
  RunOptions options = cluster::options_of(*std::move(script));
  options.script_path = path;
  return options;
}

class ClusterLevel final : public Level {
 public:
  bool set(std::string_view key, std::string_view value) override {
    if (key == "--keep") {
      keep_ = value;
      return true;
    }
    if (key == "--script") {
      scripted_ = options_of_file(std::string(value));
      return scripted_.has_value();
    }
    const int number = std::atoi(std::string(value).c_str());
    if (key == "--flips") {
      options_.flips_bits = number != 0;
    } else if (key == "--wipes") {
      options_.wipes_disks = number != 0;
    } else if (key == "--fills") {
      options_.fills_disks = number != 0;
    } else if (key == "--losses") {
      options_.loses_writes = number != 0;
    } else if (key == "--restores") {
      options_.restores_disks = number != 0;
    } else if (key == "--twins") {
      options_.has_twins = number != 0;
    } else if (key == "--minutes") {
      options_.minutes = number;
    } else if (key == "--tell") {
      options_.tells = number != 0;
    } else {
      return false;
    }
    return true;
  }
  Outcome run(uint64_t seed, int hours, bool counts) override {
    const RunOptions options = with(seed, hours);
    // With --tell it is run here, for whoever looks on.
    cluster::RunResult result = options.tells ? cluster::run_seed(options) : cluster::run_apart(options);
    if (counts) add(sum_, result.counters);
    if (result.failure && !options.script) keep(seed, result);
    return {result.failure, result.last_events, result.trace_hash, result.hours_run, result.hours_counted};
  }
  std::string command(uint64_t seed, int hours) const override { return command_of(with(seed, hours)); }
  std::string report() const override {
    const Counters& c = sum_;
    return fmt::format(
        "operations acknowledged {} (batches {}, commits {}, of admins {}, of these reassignments {})  "
        "records {}, read {}  rebalances {}  retries {}  duplicates {}\n"
        "kills {}  power losses {}  pauses {}  cuts {}  clean stops {}  disks slow {}, full {}, wiped {}, "
        "restored {}, not synced {}, not read {}  bits {}  writes lost {}  clocks set {}  resets {}  slow "
        "networks {}, receivers {}  twins {}  other settings {}  moves {}\n"
        "leaders elected {} ({} from the ELR)  ISR shrinks {}, expansions {}  controllers {}  fenced {}  "
        "truncations {}  snapshots fetched {}  votes {}  fatal ends {}\n"
        "events {}  frames {}  images compared {}",
        c.operations(), c.batches, c.commits, c.admin_operations, c.reassignments, c.records, c.records_read,
        c.rebalances, c.client_retries, c.duplicates, c.kills, c.power_losses, c.pauses, c.cuts,
        c.clean_stops, c.slow_disks, c.full_disks, c.wiped_disks, c.restored_disks, c.failed_syncs,
        c.failed_reads, c.flipped_bits, c.lost_writes, c.clock_steps, c.resets, c.slow_networks, c.slow_receivers, c.twins,
        c.other_settings, c.moves, c.leader_elections, c.elections_from_elr, c.isr_shrinks, c.isr_expansions,
        c.controller_terms, c.fencings, c.truncations, c.snapshot_fetches, c.votes, c.fatal_ends, c.events,
        c.frames, c.images_compared);
  }

 private:
  // Seeds die when the code changes.
  void keep(uint64_t seed, cluster::RunResult& result) const {
    if (keep_.empty()) {
      result.last_events.emplace_back("(--keep FOLDER keeps what befell it as a script)");
      return;
    }
    std::error_code ignored;
    std::filesystem::create_directories(keep_, ignored);
    const std::string path = fmt::format("{}/seed-{}.txt", keep_, seed);
    std::string why = *result.failure;
    std::ranges::replace(why, '\n', ' ');
    std::ofstream file(path);
    file << "# " << why << "\n" << result.script;
    file.close();
    result.last_events.push_back((file ? "what befell it is in " : "this could not be written: ") + path);
  }
  RunOptions with(uint64_t seed, int hours) const {
    if (scripted_) {
      RunOptions options = *scripted_;
      options.tells = options_.tells;
      return options;
    }
    RunOptions options = options_;
    options.seed = seed;
    options.hours = hours;
    return options;
  }

  RunOptions options_;
  std::optional<RunOptions> scripted_;
  std::string keep_;
  Counters sum_;
};

}  // namespace

std::unique_ptr<Level> make_cluster_level() { return std::make_unique<ClusterLevel>(); }

}  // namespace klamm::sim
