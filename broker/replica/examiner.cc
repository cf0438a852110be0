#include "broker/replica/examiner.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {

void Examiner::examine(std::shared_ptr<Partition> partition, storage::SegmentExam exam) {
  {
    absl::MutexLock lock(&state_->mutex);
    if (!state_->asked.insert(&exam.segment().files()).second) return;
    state_->waiting.push_back(std::make_unique<Wanted>(Wanted{std::move(partition), std::move(exam)}));
    if (state_->running == kAtOnceMax) return;
    ++state_->running;
  }
  state_->workers.run([state = state_] { begin_next(state); });
}

void Examiner::begin_next(const std::shared_ptr<State>& state) {
  std::unique_ptr<Wanted> next;
  {
    absl::MutexLock lock(&state->mutex);
    if (state->waiting.empty()) {
      --state->running;
      return;
    }
    next = std::move(state->waiting.front());
    state->waiting.pop_front();
  }
  go_on(state, std::move(next));
}

// Whoever waits for an exam that came to nothing asks for another one when he looks again.
void Examiner::go_on(const std::shared_ptr<State>& state, std::unique_ptr<Wanted> wanted) {
  const storage::DiskResult<bool> is_over = wanted->exam.go_on(kPieceBytes);
  if (is_over && !*is_over) {
    return state->workers.go_on(
        [state, wanted = std::move(wanted)]() mutable { go_on(state, std::move(wanted)); });
  }
  {
    absl::MutexLock lock(&state->mutex);
    state->asked.erase(&wanted->exam.segment().files());
  }
  if (is_over) {
    wanted->partition->on_examined(wanted->exam);
  } else if (!storage::is_stale(is_over.error())) {
    LOG_WARN_LIMITED("a segment cannot be examined: {}", is_over.error().what);
  }
  wanted.reset();
  state->workers.go_on([state] { begin_next(state); });
}

}  // namespace klamm::broker
