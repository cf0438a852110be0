// Loops, workers and clocks that move only when a test says so.
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "base/clock.h"
#include "broker/loop.h"

namespace klamm::broker::testing {

class FakeClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now; }
  int64_t monotonic_ms() const override { return now; }
  int64_t now = 1000;
};

class FakeLoop final : public Loop {
 public:
  explicit FakeLoop(FakeClock& clock) : clock_(clock) {}

  void post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId call_at(int64_t deadline_ms, Task task) override {
    auto id = static_cast<TimerId>(++last_timer_);
    timers_.emplace(std::pair(deadline_ms, id), std::move(task));
    return id;
  }
  void cancel(TimerId timer) override {
    std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
  }
  int64_t now_ms() const override { return clock_.now; }
  bool is_current() const override { return true; }

  // Runs what was posted, and what that posts, until nothing is left.
  void run() {
    while (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  // Whether there was anything.
  bool run_all() {
    const bool had_tasks = !tasks_.empty();
    run();
    return had_tasks;
  }
  // Time passes, and the timers that become due fire in their order.
  void advance(int64_t ms) {
    run();
    int64_t until = clock_.now + ms;
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      auto first = timers_.extract(timers_.begin());
      clock_.now = std::max(clock_.now, first.key().first);
      first.mapped()();
      run();
    }
    clock_.now = until;
  }
  size_t timers() const { return timers_.size(); }
  // Where several loops share a clock, it is moved outside, to the earliest of their deadlines.
  int64_t next_deadline() const { return timers_.empty() ? INT64_MAX : timers_.begin()->first.first; }
  void fire_due() {
    while (next_deadline() <= clock_.now) {
      auto first = timers_.extract(timers_.begin());
      first.mapped()();
      run();
    }
  }

 private:
  FakeClock& clock_;
  std::deque<Task> tasks_;
  std::map<std::pair<int64_t, TimerId>, Task> timers_;
  uint64_t last_timer_ = 0;
};

// Runs each task when the test says so, or, while `inline_now`, at once.
class FakeWorkers final : public Workers {
 public:
  void run(Task task) override {
    if (inline_now) return task();
    tasks.push_back(std::move(task));
  }
  bool run_one() {
    if (tasks.empty()) return false;
    Task task = std::move(tasks.front());
    tasks.pop_front();
    task();
    return true;
  }
  bool inline_now = false;
  std::deque<Task> tasks;
};

}  // namespace klamm::broker::testing
