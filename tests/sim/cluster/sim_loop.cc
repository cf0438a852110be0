#include "tests/sim/cluster/sim_loop.h"

#include <algorithm>

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kTurnUsMax = 30;
// A thread that is not scheduled for a while, as happens.
constexpr uint64_t kLateTurnOneIn = 3000;
constexpr int64_t kLateTurnUsMax = 20 * kMs;

}  // namespace

// ---- Loops

void SimLoop::post(Task task) {
  if (closed_) return;
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1 && !is_current()) wake_soon();
}

TimerId SimLoop::call_at(int64_t deadline_ms, Task task) {
  const uint64_t id = ++last_timer_;
  if (closed_) return static_cast<TimerId>(id);
  timers_.emplace(std::pair(deadline_ms, id), std::move(task));
  deadlines_.emplace(id, deadline_ms);
  if (!is_current()) wake_at(std::max(machine_.world.now(), machine_.clock.world_time_of(deadline_ms)));
  return static_cast<TimerId>(id);
}

void SimLoop::cancel(TimerId timer) {
  const auto found = deadlines_.find(static_cast<uint64_t>(timer));
  if (found == deadlines_.end()) return;
  timers_.erase({found->second, found->first});
  deadlines_.erase(found);
}

void SimLoop::wake_soon() {
  World& world = machine_.world;
  const bool late = world.random().one_in(kLateTurnOneIn);
  wake_at(world.now() + world.between(1, late ? kLateTurnUsMax : kTurnUsMax));
}

void SimLoop::wake_at(int64_t when) {
  when = std::max({when, busy_until_, machine_.still_until});
  if (when >= wakes_at_) return;
  wakes_at_ = when;
  machine_.world.at(when, [weak = weak_from_this(), when] {
    const auto self = weak.lock();
    // Another one came before.
    if (self == nullptr || self->wakes_at_ != when) return;
    self->wakes_at_ = INT64_MAX;
    self->turn();
  });
}

void SimLoop::turn() {
  if (closed_) return;
  World& world = machine_.world;
  if (const int64_t free = std::max(busy_until_, machine_.still_until); free > world.now())
    return wake_at(free);
  const uint64_t steps = machine_.disk_step_us == 0 ? 0 : machine_.disk_steps();
  machine_.current = this;
  run_tasks();
  fire_due();
  machine_.current = nullptr;
  if (machine_.disk_step_us != 0) {
    const auto more = static_cast<int64_t>(machine_.disk_steps() - steps);
    busy_until_ = world.now() + more * machine_.disk_step_us;
  }
  if (!tasks_.empty()) wake_soon();
  if (!timers_.empty()) {
    const int64_t due = machine_.clock.world_time_of(timers_.begin()->first.first);
    wake_at(std::max(due, world.now() + 1));
  }
}

// Those that were there when the turn began.
void SimLoop::run_tasks() {
  for (std::deque<Task> now = std::exchange(tasks_, {}); !now.empty(); now.pop_front()) {
    now.front()();
    if (closed_) return;
  }
}

void SimLoop::fire_due() {
  const int64_t now = now_ms();
  while (!closed_ && !timers_.empty() && timers_.begin()->first.first <= now) {
    auto first = timers_.extract(timers_.begin());
    deadlines_.erase(first.key().second);
    first.mapped()();
  }
}

bool SimLoop::run_now() {
  if (tasks_.empty()) return false;
  machine_.current = this;
  while (!tasks_.empty()) run_tasks();
  machine_.current = nullptr;
  return true;
}

void SimLoop::close() {
  closed_ = true;
  tasks_.clear();
  timers_.clear();
  deadlines_.clear();
}

// ---- Workers

void SimWorkers::run(Task task) {
  if (closed_) return;
  waiting_.push_back(std::move(task));
  begin_more();
}

void SimWorkers::begin_more() {
  World& world = machine_.world;
  while (!closed_ && !waiting_.empty() && running_.size() < static_cast<size_t>(pace_.threads)) {
    const uint64_t id = ++last_;
    running_.emplace(id, std::move(waiting_.front()));
    waiting_.pop_front();
    const int64_t takes =
        world.between(pace_.least_us, pace_.most_us) + machine_.disk_step_us * pace_.slow_steps;
    world.at(std::max(world.now() + takes, machine_.still_until), [weak = weak_from_this(), id] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      auto task = self->running_.extract(id);
      if (!task.empty()) self->end_one(std::move(task.mapped()));
    });
  }
}

void SimWorkers::end_one(Task task) {
  World& world = machine_.world;
  if (machine_.still_until > world.now()) {
    const uint64_t id = ++last_;
    running_.emplace(id, std::move(task));
    return world.at(machine_.still_until, [weak = weak_from_this(), id] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      auto again = self->running_.extract(id);
      if (!again.empty()) self->end_one(std::move(again.mapped()));
    });
  }
  task();
  begin_more();
}

bool SimWorkers::run_now() {
  if (running_.empty()) return false;
  auto first = running_.extract(running_.begin());
  first.mapped()();
  begin_more();
  return true;
}

void SimWorkers::close() {
  closed_ = true;
  waiting_.clear();
  running_.clear();
}

}  // namespace klamm::sim::cluster
