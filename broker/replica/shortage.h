// Shortage: what the log says of work that is refused for want of room, on a disk or in the table of open
// files. That is a line when it begins and a line when it is over, however often clients and chores try
// meanwhile.
//
// It is over when something was written, and for a while nothing was refused: a disk that is nearly full
// takes small batches and refuses large ones.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/logging.h"
#include "storage/disk.h"

namespace klamm::broker {

class Shortage {
 public:
  static constexpr int64_t kQuietMs = 30'000;
  using Say = std::function<void(LogLevel, const std::string& line)>;

  explicit Shortage(const Clock& clock, Say say = log);

  // For an error that is_full(). From any thread.
  void on_refused(const storage::DiskError& error) ABSL_LOCKS_EXCLUDED(mutex_);
  // Something was written, for which there was room and a descriptor. Costs next to nothing while neither is
  // wanting. From any thread.
  void on_written() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static void log(LogLevel level, const std::string& line);

  // Of one thing that may be wanting.
  struct Want {
    bool lasts = false;
    int64_t last_ms = 0;  // when something was last refused
    uint64_t refused = 0;

    bool begins(int64_t now_ms);
    bool ends(int64_t now_ms);
  };

  const Clock& clock_;
  const Say say_;
  std::atomic<bool> any_lasts_{false};
  absl::Mutex mutex_;
  Want space_ ABSL_GUARDED_BY(mutex_);
  Want descriptors_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
