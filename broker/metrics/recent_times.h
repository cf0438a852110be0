// RecentTimes: average and maximum of what took so long in the last half minute to minute, as Kafka's Avg and
// Max over two samples of metrics.sample.window.ms tell it. For what comes seldom: it has a lock.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <algorithm>
#include <cstdint>

namespace klamm::broker::metrics {

class RecentTimes {
 public:
  static constexpr int64_t kWindowMs = 30'000;

  void add(double ms, int64_t now_ms) {
    absl::MutexLock lock(&mutex_);
    turn(now_ms);
    now_.add({1, ms, ms});
  }

  struct Told {
    double average = 0;
    double max = 0;
  };
  // 0 where there was nothing.
  Told read(int64_t now_ms) {
    absl::MutexLock lock(&mutex_);
    turn(now_ms);
    Window both = before_;
    both.add(now_);
    return {both.count == 0 ? 0 : both.sum / static_cast<double>(both.count), both.max};
  }

 private:
  struct Window {
    int64_t count = 0;
    double sum = 0;
    double max = 0;

    void add(const Window& other) {
      count += other.count;
      sum += other.sum;
      max = std::max(max, other.max);
    }
  };

  void turn(int64_t now_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (now_ms - since_ms_ < kWindowMs) return;
    before_ = now_ms - since_ms_ < 2 * kWindowMs ? now_ : Window{};
    now_ = {};
    since_ms_ = now_ms;
  }

  absl::Mutex mutex_;
  int64_t since_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  Window before_ ABSL_GUARDED_BY(mutex_);
  Window now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker::metrics
