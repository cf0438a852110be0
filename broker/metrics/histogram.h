// Histogram: how often values of each size came, in a fixed number of buckets: 16 to each power of two, so
// that what is read from it is at most a sixteenth too large. Values are whole and not negative:
// microseconds, or bytes.
//
// One thread writes, and only ever adds; any thread may read. What is told of the last minutes is worked out
// by who reads, from what it read before (HistogramWindow), so that writing costs three plain stores.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "broker/metrics/counters.h"

namespace klamm::broker::metrics {

class Histogram {
 public:
  static constexpr int kSubBits = 4;
  static constexpr int kValueBits = 36;  // larger values count as the largest: 19 hours
  static constexpr size_t kBuckets = size_t{kValueBits - kSubBits + 1} << kSubBits;

  static size_t bucket_of(int64_t value);
  // The least value of the bucket; of one behind the last, where that ends.
  static int64_t floor_of(size_t bucket);

  void add(int64_t value);

  int64_t count() const { return count_.load(); }
  int64_t sum() const { return sum_.load(); }
  // Wraps after four billion values: differences count.
  uint32_t in_bucket(size_t bucket) const { return buckets_[bucket].load(std::memory_order_relaxed); }

 private:
  OwnCounter count_;
  OwnCounter sum_;
  std::array<std::atomic<uint32_t>, kBuckets> buckets_{};
};

// What was read of one histogram, or of several together.
struct HistogramCounts {
  int64_t count = 0;
  int64_t sum = 0;
  std::array<uint32_t, Histogram::kBuckets> buckets{};

  void add(const Histogram& histogram);
};

// In the values' own unit. All of it is 0 where there were none.
struct HistogramSummary {
  int64_t count = 0;  // of all times, as is the sum
  int64_t sum = 0;
  // Of the window.
  double mean = 0;
  double max = 0;
  static constexpr std::array<double, 6> kQuantiles = {0.5, 0.75, 0.95, 0.98, 0.99, 0.999};
  // As the JMX exporter's rules write them, and so the boards that ask for them.
  static constexpr std::array<std::string_view, 6> kQuantileNames = {"0.50", "0.75", "0.95",
                                                                     "0.98", "0.99", "0.999"};
  std::array<double, 6> quantiles{};
};

// What came in the last five to ten minutes, as far as somebody reads as often as that: else since the one
// but last reading. Used by one thread.
class HistogramWindow {
 public:
  static constexpr int64_t kStepMs = 300'000;

  HistogramSummary read(const HistogramCounts& now, int64_t now_ms);

 private:
  bool has_begun_ = false;
  int64_t step_ms_ = 0;  // when newer_ was read
  HistogramCounts older_;
  HistogramCounts newer_;
};

}  // namespace klamm::broker::metrics
