// Lane: runs tasks on the workers, one after the other in the order in which they came. What belongs to a
// lane needs no lock: at most one of its tasks runs at any time, and each sees what those before it did.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <memory>

#include "broker/loop.h"

namespace klamm::broker {

class Lane {
 public:
  // `workers` outlives the lane's tasks.
  explicit Lane(Workers& workers) : state_(std::make_shared<State>(workers)) {}

  void run(Task task);

 private:
  struct State {
    explicit State(Workers& workers) : workers(workers) {}
    Workers& workers;
    absl::Mutex mutex;
    std::deque<Task> waiting ABSL_GUARDED_BY(mutex);
    bool running ABSL_GUARDED_BY(mutex) = false;
  };
  static void run_next(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace klamm::broker
