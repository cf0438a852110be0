// WindowedRate: how much of something there was a second lately, worked out as Kafka's Rate over a
// WindowedSum does, so that a client is held back for just as long: a few samples of a second each, the
// present one among them. A sample counts no more when nothing was recorded in it for as long as all take.
//
// A machine without a clock or a lock. Times are monotonic milliseconds; they may step back by a little, as
// those of several loops do.
#pragma once

#include <cstdint>
#include <vector>

namespace klamm::broker {

// quota.window.num and quota.window.size.seconds, or those of the controller.
struct QuotaWindows {
  int32_t count = 11;
  int64_t size_ms = 1000;

  // Of settings, which are positive; brought down to what can be reckoned with.
  static QuotaWindows of(int32_t count, int32_t size_seconds);

  // From when on a sample does not count, since something was recorded in it.
  int64_t expiry_ms() const { return count * size_ms; }
  // What whole samples there are beside the present one.
  int64_t whole_ms() const { return (count - 1) * size_ms; }
};

class WindowedRate {
 public:
  explicit WindowedRate(const QuotaWindows& windows) : windows_(windows) {}

  // May be negative, for what was recorded and did not come to be.
  void record(double value, int64_t now_ms);
  // A second.
  double rate(int64_t now_ms);
  // What rate() averages over: at least the whole samples, however short the time since the first record is.
  int64_t span_ms(int64_t now_ms);
  // For how long nothing may be recorded so that the rate comes down to `limit`, which is positive: 0 where
  // it is not above. (QuotaUtils.throttleTime)
  int64_t wait_ms(double limit, int64_t now_ms);
  // Nothing that was recorded counts any more: as good as a new one.
  bool is_idle(int64_t now_ms) const;

 private:
  struct Sample {
    int64_t start_ms;
    int64_t last_ms;  // of a record
    double value = 0;
  };

  void forget_old(int64_t now_ms);

  QuotaWindows windows_;
  std::vector<Sample> samples_;  // in a ring, one more than the windows: it may overlap the first of them
  size_t present_ = 0;
};

}  // namespace klamm::broker
