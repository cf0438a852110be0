// The loops and the workers of a simulated machine: each takes its turn at a time that chance chooses, and
// none while the machine stands still.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "broker/loop.h"
#include "tests/sim/cluster/machine.h"

namespace klamm::sim::cluster {

using broker::Task;
using broker::TimerId;

class SimLoop final : public broker::Loop, public std::enable_shared_from_this<SimLoop> {
 public:
  explicit SimLoop(Machine& machine) : machine_(machine) {}

  void post(Task task) override;
  TimerId call_at(int64_t deadline_ms, Task task) override;
  void cancel(TimerId timer) override;
  int64_t now_ms() const override { return machine_.clock.monotonic_ms(); }
  bool is_current() const override { return machine_.current == this; }

  // What was posted is done at once. Whether there was anything.
  bool run_now();
  // The thread has ended: nothing is done any more.
  void close();

 private:
  void wake_at(int64_t when);
  void wake_soon();
  void turn();
  void run_tasks();
  void fire_due();

  Machine& machine_;
  std::deque<Task> tasks_;
  std::map<std::pair<int64_t, uint64_t>, Task> timers_;
  std::map<uint64_t, int64_t> deadlines_;
  uint64_t last_timer_ = 0;
  int64_t wakes_at_ = INT64_MAX;
  int64_t busy_until_ = 0;
  bool closed_ = false;
};

// `threads` tasks at a time, each of which takes its time before its effect is seen.
class SimWorkers final : public broker::Workers, public std::enable_shared_from_this<SimWorkers> {
 public:
  struct Pace {
    int threads = 1;
    int64_t least_us = 20;
    int64_t most_us = 300;
    int64_t slow_steps = 1;  // how many steps of a slow disk one task waits for
  };
  SimWorkers(Machine& machine, const Pace& pace) : machine_(machine), pace_(pace) {}

  void run(Task task) override;
  bool run_now();
  void close();

 private:
  void begin_more();
  void end_one(Task task);

  Machine& machine_;
  const Pace pace_;
  std::deque<Task> waiting_;
  std::map<uint64_t, Task> running_;
  uint64_t last_ = 0;
  bool closed_ = false;
};

}  // namespace klamm::sim::cluster
