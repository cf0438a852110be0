// Meter: how fast a counter grows, as the rates of Kafka's Yammer meters tell it: exponentially weighted
// averages over one, five and fifteen minutes.
//
// Kafka's are ticked every five seconds. Here who reads brings the counter, and what it has grown since the
// last reading counts as having come evenly: the same result for a steady stream, and nothing to be done
// while nobody reads. Readings that come sooner than a tick change nothing. Used by one thread.
#pragma once

#include <array>
#include <cstdint>

namespace klamm::broker::metrics {

class Meter {
 public:
  static constexpr int64_t kTickMs = 5'000;

  // Times are monotonic milliseconds. Rates are 0 until there were two readings. A counter that is lower than
  // it was is another one.
  void read(int64_t count, int64_t now_ms);

  // Per second.
  double one_minute() const { return rates_[0]; }
  double five_minutes() const { return rates_[1]; }
  double fifteen_minutes() const { return rates_[2]; }

 private:
  enum class Phase : uint8_t { kUnread, kRead, kRated };

  Phase phase_ = Phase::kUnread;
  int64_t count_ = 0;
  int64_t read_ms_ = 0;
  std::array<double, 3> rates_{};
};

}  // namespace klamm::broker::metrics
