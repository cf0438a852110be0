// Keeps what peers can provoke from filling the log: so many lines in each interval, and then their number.
#pragma once

#include <cstdint>

namespace klamm {

class LogLimiter {
 public:
  // As many lines in ten seconds.
  explicit LogLimiter(int lines_max = 5) : lines_max_(lines_max) {}

  // Whether a line may be written. `suppressed` is how many were left out before it.
  bool allow(int64_t now_ms, uint64_t& suppressed) {
    if (now_ms - interval_start_ms_ >= kIntervalMs) {
      interval_start_ms_ = now_ms;
      lines_ = 0;
    }
    if (lines_ == lines_max_) {
      ++suppressed_;
      return false;
    }
    ++lines_;
    suppressed = suppressed_;
    suppressed_ = 0;
    return true;
  }

 private:
  static constexpr int64_t kIntervalMs = 10'000;

  const int lines_max_;
  int64_t interval_start_ms_ = INT64_MIN / 2;
  int lines_ = 0;
  uint64_t suppressed_ = 0;
};

}  // namespace klamm
