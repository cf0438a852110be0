// The latest status of what is declared, for whoever asks, from any thread. There is one while this node is
// the active controller and something is declared.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>

#include "broker/declared/status.h"

namespace klamm::broker {

class PublishedDeclared {
 public:
  std::shared_ptr<const DeclaredStatus> get() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return status_;
  }
  void publish(std::shared_ptr<const DeclaredStatus> status) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    status_.swap(status);
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const DeclaredStatus> status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
