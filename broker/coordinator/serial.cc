#include "broker/coordinator/serial.h"

#include <utility>

#include "base/check.h"

namespace klamm::broker {

void Serial::run(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    waiting_.push_back(std::move(task));
    if (running_ || paused_) return;
    running_ = true;
  }
  drain();
}

void Serial::run_next(Task task) {
  absl::MutexLock lock(&mutex_);
  CHECK(running_);
  waiting_.push_front(std::move(task));
}

bool Serial::is_last() const {
  absl::MutexLock lock(&mutex_);
  return waiting_.empty();
}

void Serial::pause() {
  absl::MutexLock lock(&mutex_);
  CHECK(running_ && !paused_);
  paused_ = true;
}

void Serial::resume(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    CHECK(paused_);
    paused_ = false;
    waiting_.push_front(std::move(task));
    if (running_) return;
    running_ = true;
  }
  if (!hand_over_) return drain();
  hand_over_([this] { drain(); });
}

void Serial::drain() {
  for (int count = 0;; ++count) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      if (paused_ || waiting_.empty()) {
        running_ = false;
        return;
      }
      if (count == kTasksInARow && hand_over_) break;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
  hand_over_([this] { drain(); });
}

}  // namespace klamm::broker
