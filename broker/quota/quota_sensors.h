// What one client, or all that share a quota, have used of it. Several connections, each on its own loop, ask
// the same one: its state is guarded by a mutex that nothing else is done under.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>

#include "broker/quota/quota_tokens.h"
#include "broker/quota/windowed_rate.h"

namespace klamm::broker {

// Of bytes, or of a thread's time.
class RateSensor {
 public:
  explicit RateSensor(const QuotaWindows& windows) : rate_(windows) {}

  void record(double value, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same, and for how long the client is to be held back so that it comes back to `limit`.
  int64_t record(double value, double limit, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

  struct Asked {
    bool is_granted = true;
    int64_t wait_ms = 0;
  };
  // Asks for what is recorded only if it is granted: where it goes beyond the limit, it is when nothing else
  // was recorded lately. Who asks for more than may ever be granted would not get on otherwise.
  Asked ask(double value, double limit, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

  bool is_idle(int64_t now_ms) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  WindowedRate rate_ ABSL_GUARDED_BY(mutex_);
};

// Of partitions that are created and deleted.
class TokenSensor {
 public:
  explicit TokenSensor(const QuotaWindows& windows) : tokens_(windows) {}

  // Takes them; where something was overdrawn before, only if not `strict`. Gives for how long the client is
  // to be held back: strictly 0 where they were taken.
  int64_t take(double count, double limit, bool strict, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  bool is_idle(int64_t now_ms) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  QuotaTokens tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
