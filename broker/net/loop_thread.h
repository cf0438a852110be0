// LoopThread: a Loop with a thread of its own. The network loops are LoopThreads with sockets watched on them
// (fd_watch.h), the quorum loop is one without. Beneath is one Asio io_context, which nobody else sees.
//
// A turn is one event of a descriptor, or all tasks that were posted when the turn began, followed by the
// timers that have come due. Asio's own timer is set only when the earliest deadline moves forward, so that a
// loop with nothing to do makes no system call at all.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "broker/loop.h"
#include "broker/net/timer_heap.h"

namespace klamm::broker::net {

class FdWatch;

class LoopThread final : public Loop {
 public:
  // `clock` outlives the loop. The name is what `top -H` shows: at most 15 characters.
  LoopThread(std::string name, const Clock& clock);
  ~LoopThread() override;
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  void start();
  // Ends the thread after its present turn. Tasks and timers that have not run are destroyed, and so is what
  // is posted later. Not from the loop itself.
  void stop();

  void post(Task task) override ABSL_LOCKS_EXCLUDED(mutex_);
  TimerId call_at(int64_t deadline_ms, Task task) override;
  void cancel(TimerId timer) override;
  int64_t now_ms() const override;
  bool is_current() const override;

  // Microseconds, read anew, for what is measured.
  int64_t now_us() const { return clock_.monotonic_us(); }
  const std::string& name() const { return name_; }
  // For how long it has waited for something to do, altogether, in microseconds; from any thread. While it
  // waits, what it has waited by now counts in.
  int64_t idle_us() const;

 private:
  friend class FdWatch;
  struct Reactor;

  enum class Next { kStop, kTasks, kWait };

  void run();
  // Moves the posted tasks into `batch_`. When there are none the loop is about to sleep, and says so.
  Next take_posted() ABSL_LOCKS_EXCLUDED(mutex_);
  void run_batch();
  void run_timers();
  void arm_reactor_timer();
  void fall_asleep();
  // Something has woken it, of which this is told first.
  void wake();
  void drop_everything() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string name_;
  const Clock& clock_;
  std::unique_ptr<Reactor> reactor_;
  std::thread thread_;

  absl::Mutex mutex_;
  std::vector<Task> posted_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // True while the loop waits, or is about to, with nothing posted: the next poster wakes it and clears this.
  std::atomic<bool> asleep_{false};

  // Written by the loop's thread alone.
  std::atomic<int64_t> idle_us_{0};
  std::atomic<int64_t> asleep_since_us_{0};  // 0 while it is awake

  // Touched by the loop's thread alone (and by stop, once that has ended).
  std::vector<Task> batch_;
  TimerHeap timers_;
  mutable int64_t now_ms_ = 0;
  mutable bool now_is_stale_ = true;
};

}  // namespace klamm::broker::net
