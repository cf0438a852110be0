// Machine: what the processes of one computer share: its clock, which may be wrong, its disks, and whether it
// stands still.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "broker/loop.h"
#include "tests/sim/cluster/world.h"
#include "tests/sim/sim_disk.h"

namespace klamm::sim::cluster {

// Runs a little fast or slow; its wall clock may jump.
class MachineClock final : public Clock {
 public:
  MachineClock(const World& world, double rate) : world_(world), rate_(rate) {}

  int64_t wall_ms() const override { return 1'800'000'000'000 + monotonic_ms() + wall_offset_ms; }
  int64_t monotonic_ms() const override { return local_us() / kMs; }
  // When, in virtual time, this clock's monotonic time has come.
  int64_t world_time_of(int64_t local_ms) const {
    if (local_ms > kNever) return kNever;
    return static_cast<int64_t>(static_cast<double>(local_ms * kMs - kStart) / rate_) + 1;
  }

  int64_t wall_offset_ms = 0;

 private:
  static constexpr int64_t kStart = 1000 * kSecond;
  static constexpr int64_t kNever = 1'000'000 * kHour;
  int64_t local_us() const {
    return kStart + static_cast<int64_t>(static_cast<double>(world_.now()) * rate_);
  }

  const World& world_;
  const double rate_;
};

struct Machine {
  Machine(World& shared_world, double clock_rate) : world(shared_world), clock(world, clock_rate) {}

  uint64_t disk_steps() const {
    uint64_t steps = 0;
    for (const SimDisk* disk : disks) steps += disk->counters().steps;
    return steps;
  }

  World& world;
  MachineClock clock;
  std::vector<SimDisk*> disks;
  int64_t still_until = 0;                // stopped, as by SIGSTOP
  int64_t disk_step_us = 0;               // what each write and sync takes while the disk is slow
  const broker::Loop* current = nullptr;  // whose turn it is
};

}  // namespace klamm::sim::cluster
