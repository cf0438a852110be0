#include "broker/lane.h"

#include <utility>

namespace klamm::broker {

void Lane::run(Task task) {
  {
    absl::MutexLock lock(&state_->mutex);
    state_->waiting.push_back(std::move(task));
    if (std::exchange(state_->running, true)) return;
  }
  state_->workers.run([state = state_] { run_next(state); });
}

// One task, and then the workers are asked again, so that a long queue does not keep a thread from others.
void Lane::run_next(const std::shared_ptr<State>& state) {
  Task task;
  {
    absl::MutexLock lock(&state->mutex);
    task = std::move(state->waiting.front());
    state->waiting.pop_front();
  }
  task();
  {
    absl::MutexLock lock(&state->mutex);
    if (state->waiting.empty()) {
      state->running = false;
      return;
    }
  }
  state->workers.go_on([state] { run_next(state); });
}

}  // namespace klamm::broker
