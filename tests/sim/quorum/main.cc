// klamm_sim: runs seeds of the simulator, and says what it has seen.
//
//   klamm_sim --level quorum [--seed S] [--seeds N] [--hours H] [--nodes 0|1|3|5] [--progress]
//
// N seeds from S on, H virtual hours each. Ends with 1 at the first seed that breaks an invariant, after
// printing the command that runs it again.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "tests/sim/quorum/run.h"

namespace {

using klamm::sim::Counters;
using klamm::sim::RunOptions;
using klamm::sim::RunResult;

constexpr uint64_t kDeterminismEvery = 100;

// A CHECK in the machine ends the process: the seed must be told all the same.
char command_running[256];
void tell_command(int) {
  const char* text = "FAILED by an assertion. To run it again:\n  ";
  (void)!write(STDOUT_FILENO, text, std::strlen(text));
  (void)!write(STDOUT_FILENO, command_running, std::strlen(command_running));
  (void)!write(STDOUT_FILENO, "\n", 1);
  _exit(1);
}

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

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void report(const Counters& c, uint64_t seeds, int64_t hours, int64_t counted) {
  double cpu = cpu_seconds();
  fmt::print(
      "seeds {}  cluster-hours {} (counted {})  CPU {:.1f} s  cluster-hours per CPU-hour {:.0f}\n"
      "events {}  appends {}  elections {}  kills {}  power losses {}  pauses {}  cuts {}  other faults {}\n"
      "snapshots {}  installed {}  truncations {}  messages lost {}  duplicated {}\n",
      seeds, hours, counted, cpu, static_cast<double>(counted) * 3600 / cpu, c.events, c.appends, c.elections,
      c.kills, c.power_losses, c.pauses, c.cuts, c.other_faults, c.snapshots, c.installs, c.truncations,
      c.lost_messages, c.duplicates);
}

int fail(const RunOptions& options, const RunResult& result) {
  for (const std::string& line : result.last_events) fmt::print("{}\n", line);
  fmt::print("FAILED {}\nTo run it again:\n  {}\n", *result.failure, command_of(options));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  RunOptions options;
  uint64_t seeds = 10;
  bool progress = false;
  for (int i = 1; i < argc; ++i) {
    std::string_view key = argv[i];
    if (key == "--progress") {
      progress = true;
      continue;
    }
    if (i + 1 == argc) return fmt::print(stderr, "{} needs a value\n", key), 2;
    std::string_view value = argv[++i];
    if (key == "--level") {
      if (value != "quorum") return fmt::print(stderr, "--level {}: there is quorum\n", value), 2;
    } else if (key == "--seed") {
      options.seed = std::strtoull(argv[i], nullptr, 10);
    } else if (key == "--seeds") {
      seeds = std::strtoull(argv[i], nullptr, 10);
    } else if (key == "--hours") {
      options.hours = std::atoi(argv[i]);
    } else if (key == "--nodes") {
      options.nodes = std::atoi(argv[i]);
    } else {
      return fmt::print(stderr, "unknown option {}\n", key), 2;
    }
  }
  std::signal(SIGABRT, tell_command);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);

  Counters sum;
  int64_t hours = 0, counted = 0;
  for (uint64_t done = 1; done <= seeds; ++done, ++options.seed) {
    std::snprintf(command_running, sizeof command_running, "%s", command_of(options).c_str());
    RunResult result = run_seed(options);
    if (result.failure) return fail(options, result);
    if (options.seed % kDeterminismEvery == 0 && run_seed(options).trace_hash != result.trace_hash) {
      fmt::print("FAILED: two runs of one seed differ\n  {}\n", command_of(options));
      return 1;
    }
    add(sum, result.counters);
    hours += result.hours_run;
    counted += result.hours_counted;
    if (progress && done % 20 == 0) report(sum, done, hours, counted);
  }
  report(sum, seeds, hours, counted);
  return 0;
}
