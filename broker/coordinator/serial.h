// Serial: runs tasks one after the other, each on the thread of whoever brings one while none runs. Who comes
// while one runs leaves his task to that thread. The shape of Partition's writer token: the mutex is never
// held across a task, and each task sees what those before it did.
//
// A task that has begun something which ends later, such as an append, calls pause(): no other task begins
// before resume() brings the one that goes on with it.
//
// A thread that has other things to do is not kept by the tasks that others bring. If there is someone to
// take them, it hands them over after a number of its own, and at once when it only brings a resume(): then
// it may be somebody who is himself waited for.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <functional>

#include "broker/loop.h"

namespace klamm::broker {

class Serial {
 public:
  // Calls what it is given once, soon, on another thread, where this object must still be there.
  using HandOver = std::function<void(Task rest)>;
  static constexpr int kTasksInARow = 64;

  explicit Serial(HandOver hand_over = {}) : hand_over_(std::move(hand_over)) {}

  // Behind all that wait. Whoever calls this, or resume(), sees to it that this object is there as long as
  // the call, whatever the tasks let go of.
  void run(Task task) ABSL_LOCKS_EXCLUDED(mutex_);

  // The rest, but for resume(), only from a running task.
  // Before all that wait.
  void run_next(Task task) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether nothing waits.
  bool is_last() const ABSL_LOCKS_EXCLUDED(mutex_);
  void pause() ABSL_LOCKS_EXCLUDED(mutex_);
  // Once for each pause(), from any thread, also while the task that paused still runs: then `task` runs
  // behind it, else by who takes it over, else here and now, and in any case before all others.
  void resume(Task task) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void drain() ABSL_LOCKS_EXCLUDED(mutex_);

  const HandOver hand_over_;
  mutable absl::Mutex mutex_;
  std::deque<Task> waiting_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;  // a thread is in drain(), or about to be
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker
