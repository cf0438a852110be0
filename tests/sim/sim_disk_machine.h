// What a simulated disk shares with its open files, which may outlive the disk object and the crash.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_tree.h"

namespace klamm::sim {

struct SimDisk::Machine {
  NodePointer root = make_directory_node();
  uint64_t generation = 0;  // Of processes; a handle of an older one is dead.
  std::set<std::string> locked;
  size_t open_files = 0;

  CrashOdds odds;
  std::vector<DiskFault> faults;
  uint64_t capacity = UINT64_MAX;
  bool power_off = false;
  std::optional<uint64_t> steps_left;
  std::optional<uint64_t> bytes_left;
  std::function<void()> hook;
  SeededRandom tears{42};  // Where in a write the hook is called.
  DiskCounters counters;
  std::vector<std::string> sync_calls;

  // What a fault or the power has to say about an operation: an error, or a lie, or (nothing) go on.
  struct Verdict {
    std::optional<storage::DiskError> error;
    bool lie = false;
    bool goes_on() const { return !error && !lie; }
  };

  Verdict begin(DiskOperation operation, const std::string& path) {
    if (power_off) return {storage::disk_error(EIO, "reach, with the power off,", path)};
    for (DiskFault& fault : faults) {
      if (fault.operation != operation || path.find(fault.path_part) == std::string::npos) continue;
      if (fault.skip > 0) {
        --fault.skip;
        continue;
      }
      if (fault.times == 0) continue;
      if (fault.times != UINT64_MAX) --fault.times;
      if (fault.code == 0) return {std::nullopt, true};
      return {storage::disk_error(fault.code, "do the operation on", path)};
    }
    return {};
  }

  Verdict begin_step(DiskOperation operation, const std::string& path) {
    if (!power_off && steps_left && (*steps_left)-- == 0) power_off = true;
    if (!power_off) {
      ++counters.steps;
      if (hook) hook();
    }
    return begin(operation, path);
  }

  uint64_t bytes_free() const {
    if (capacity == UINT64_MAX) return UINT64_MAX;
    uint64_t used = bytes_below(*root);
    return used >= capacity ? 0 : capacity - used;
  }

  // What a power cut now leaves.
  NodePointer cut(Random& random) const {
    TreeOdds tree{odds.sectors, odds.names_kept_percent};
    if (random.below(100) < odds.uniform_percent) {
      bool all = random.one_in(2);
      tree.sectors = all ? SectorOdds{1, 0, 0, 0} : SectorOdds{0, 0, 1, 0};
      tree.names_kept_percent = all ? 100 : 0;
    }
    return after_power_cut(*root, random, tree);
  }

  void restart() {
    ++generation;
    open_files = 0;
    locked.clear();
    power_off = false;
    steps_left.reset();
    bytes_left.reset();
  }
};

}  // namespace klamm::sim
