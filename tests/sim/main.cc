// klamm_sim: runs seeds of the simulator, and says what it has seen.
//
//   klamm_sim --level quorum|groups|cluster [--seed S] [--seeds N] [--hours H] [--progress]
//             [--check-determinism] [--log]
//   klamm_sim --level quorum ... [--nodes 0|1|3|5]
//   klamm_sim --level cluster ... [--minutes M] [--flips 0|1] [--wipes 0|1] [--fills 0|1] [--losses 0|1]
//             [--restores 0|1] [--twins 0|1] [--tell 0|1] [--keep FOLDER]
//   klamm_sim --level cluster --seeds 1 --script FILE [--tell 0|1]
//
// N seeds from S on, H virtual hours each. Ends with 1 at the first seed that breaks an invariant, after
// printing the command that runs it again. What befell the cluster is kept in the FOLDER, as a script that
// --script takes: it says the same when the code has changed, and the seed does not.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/logging.h"
#include "tests/sim/level.h"

namespace {

using klamm::sim::Level;

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

struct Done {
  uint64_t seeds = 0;
  int64_t hours = 0, counted = 0;
};

// Of this process and of those that it has waited for: at the cluster level each seed runs in one of its own.
double cpu_seconds() {
  double seconds = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    getrusage(who, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime})
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return seconds;
}

void report(const Level& level, const Done& done) {
  const double cpu = cpu_seconds();
  fmt::print("seeds {}  cluster-hours {} (counted {})  CPU {:.1f} s  cluster-hours per CPU-hour {:.0f}\n{}\n",
             done.seeds, done.hours, done.counted, cpu, static_cast<double>(done.counted) * 3600 / cpu,
             level.report());
}

int fail(const Level::Outcome& outcome, const std::string& command) {
  for (const std::string& line : outcome.last_events) fmt::print("{}\n", line);
  fmt::print("FAILED {}\nTo run it again:\n  {}\n", *outcome.failure, command);
  return 1;
}

struct Options {
  std::string_view level = "quorum";
  uint64_t seed = 1;
  uint64_t seeds = 10;
  int hours = 1;
  bool progress = false;
  bool logs = false;                // what the nodes say, too
  bool checks_determinism = false;  // of each seed, and not of every hundredth
};

int run(Level& level, const Options& options) {
  Done done;
  for (uint64_t seed = options.seed; done.seeds < options.seeds; ++seed) {
    const std::string command = level.command(seed, options.hours);
    std::snprintf(command_running, sizeof command_running, "%s", command.c_str());
    Level::Outcome outcome = level.run(seed, options.hours, true);
    if (outcome.failure) return fail(outcome, command);
    if ((options.checks_determinism || seed % kDeterminismEvery == 0) &&
        level.run(seed, options.hours, false).trace_hash != outcome.trace_hash) {
      fmt::print("FAILED: two runs of one seed differ\n  {}\n", command);
      return 1;
    }
    ++done.seeds;
    done.hours += outcome.hours_run;
    done.counted += outcome.hours_counted;
    if (options.progress && done.seeds % 20 == 0) report(level, done);
  }
  report(level, done);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::vector<std::pair<std::string_view, std::string_view>> of_level;
  for (int i = 1; i < argc; ++i) {
    std::string_view key = argv[i];
    if (key == "--progress") {
      options.progress = true;
      continue;
    }
    if (key == "--log") {
      options.logs = true;
      continue;
    }
    if (key == "--check-determinism") {
      options.checks_determinism = true;
      continue;
    }
    if (i + 1 == argc) return fmt::print(stderr, "{} needs a value\n", key), 2;
    const char* value = argv[++i];
    if (key == "--level") {
      options.level = value;
    } else if (key == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (key == "--seeds") {
      options.seeds = std::strtoull(value, nullptr, 10);
    } else if (key == "--hours") {
      options.hours = std::atoi(value);
    } else {
      of_level.emplace_back(key, value);
    }
  }
  std::unique_ptr<Level> level;
  if (options.level == "quorum") level = klamm::sim::make_quorum_level();
  if (options.level == "groups") level = klamm::sim::make_groups_level();
  if (options.level == "cluster") level = klamm::sim::make_cluster_level();
  if (!level) {
    fmt::print(stderr, "--level {}: there are quorum, groups and cluster\n", options.level);
    return 2;
  }
  for (const auto& [key, value] : of_level) {
    if (!level->set(key, value)) return fmt::print(stderr, "unknown option {}\n", key), 2;
  }
  std::signal(SIGABRT, tell_command);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  klamm::set_log_level(options.logs ? klamm::LogLevel::kInfo : klamm::LogLevel::kFatal);
  return run(*level, options);
}
