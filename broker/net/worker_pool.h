// WorkerPool: the disk workers (num.io.threads). Threads are made when there is work that no idle one can
// take, so that a node at rest has few. Idle ones sleep.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "broker/loop.h"

namespace klamm::broker::net {

class WorkerPool final : public Workers {
 public:
  // The threads are called `name`-0, -1 and so on: together at most 15 characters.
  WorkerPool(std::string name, int threads_max);
  ~WorkerPool() override;

  void run(Task task) override ABSL_LOCKS_EXCLUDED(mutex_);
  void go_on(Task task) override ABSL_LOCKS_EXCLUDED(mutex_);
  // From here on, and for what is queued already. Threads that are too many end when they have done what they
  // are at.
  void set_threads_max(int threads_max) ABSL_LOCKS_EXCLUDED(mutex_);
  size_t threads() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Threads that have ended and are not joined yet: at most one, until stop().
  size_t unjoined() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Runs what is queued and ends the threads. Tasks that come later are destroyed.
  void stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // `free` threads will take a task each.
  void take(Task& task, size_t free) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void start_thread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void work() ABSL_LOCKS_EXCLUDED(mutex_);
  // Notes that the calling thread ends, and gives the one that did so before it, to be joined.
  std::thread take_ended() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool has_news() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !tasks_.empty() || running_ > threads_max_;
  }

  const std::string name_;

  mutable absl::Mutex mutex_;
  size_t threads_max_ ABSL_GUARDED_BY(mutex_);
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);  // also the last that has ended
  std::thread::id ended_ ABSL_GUARDED_BY(mutex_);
  uint64_t made_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker::net
