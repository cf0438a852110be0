#include "broker/metrics/histogram.h"

#include <algorithm>
#include <bit>

namespace klamm::broker::metrics {
namespace {

constexpr int64_t kValueMax = (int64_t{1} << Histogram::kValueBits) - 1;
constexpr uint64_t kSubBuckets = uint64_t{1} << Histogram::kSubBits;

using Differences = std::array<uint32_t, Histogram::kBuckets>;

Differences difference(const HistogramCounts& now, const HistogramCounts& before) {
  Differences left;
  for (size_t i = 0; i < left.size(); ++i) left[i] = now.buckets[i] - before.buckets[i];
  return left;
}

// Values of a bucket are taken for evenly spread. `count` is that of all, and not 0.
double quantile_of(const Differences& buckets, uint64_t count, double quantile) {
  const double rank = quantile * static_cast<double>(count);
  uint64_t below = 0;
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i] == 0) continue;
    if (static_cast<double>(below + buckets[i]) >= rank) {
      const auto floor = static_cast<double>(Histogram::floor_of(i));
      const auto last = static_cast<double>(Histogram::floor_of(i + 1) - 1);
      return floor + (last - floor) * (rank - static_cast<double>(below)) / buckets[i];
    }
    below += buckets[i];
  }
  return 0;
}

double max_of(const Differences& buckets) {
  for (size_t i = buckets.size(); i > 0; --i) {
    if (buckets[i - 1] > 0) return static_cast<double>(Histogram::floor_of(i) - 1);
  }
  return 0;
}

}  // namespace

size_t Histogram::bucket_of(int64_t value) {
  const auto capped = static_cast<uint64_t>(std::clamp<int64_t>(value, 0, kValueMax));
  if (capped < kSubBuckets) return static_cast<size_t>(capped);
  const int shift = std::bit_width(capped) - (kSubBits + 1);
  const uint64_t sub = (capped >> shift) - kSubBuckets;
  return ((static_cast<size_t>(shift) + 1) << kSubBits) + static_cast<size_t>(sub);
}

int64_t Histogram::floor_of(size_t bucket) {
  if (bucket < kSubBuckets) return static_cast<int64_t>(bucket);
  const size_t shift = (bucket >> kSubBits) - 1;
  const uint64_t sub = kSubBuckets + (bucket & (kSubBuckets - 1));
  return static_cast<int64_t>(sub << shift);
}

void Histogram::add(int64_t value) {
  std::atomic<uint32_t>& bucket = buckets_[bucket_of(value)];
  bucket.store(bucket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  sum_.add(std::max<int64_t>(value, 0));
  count_.add(1);
}

void HistogramCounts::add(const Histogram& histogram) {
  count += histogram.count();
  sum += histogram.sum();
  for (size_t i = 0; i < buckets.size(); ++i) buckets[i] += histogram.in_bucket(i);
}

// At first the window is all there was.
HistogramSummary HistogramWindow::read(const HistogramCounts& now, int64_t now_ms) {
  if (!has_begun_) {
    has_begun_ = true;
    step_ms_ = now_ms;
  } else if (now_ms - step_ms_ >= kStepMs) {
    older_ = newer_;
    newer_ = now;
    step_ms_ = now_ms;
  }
  HistogramSummary summary{.count = now.count, .sum = now.sum};
  // Of the buckets, not of the counters, which may have been read a moment earlier.
  const Differences buckets = difference(now, older_);
  uint64_t count = 0;
  for (uint32_t one : buckets) count += one;
  if (count == 0) return summary;
  summary.mean = static_cast<double>(now.sum - older_.sum) / static_cast<double>(count);
  summary.max = max_of(buckets);
  for (size_t i = 0; i < summary.quantiles.size(); ++i)
    summary.quantiles[i] = quantile_of(buckets, count, HistogramSummary::kQuantiles[i]);
  return summary;
}

}  // namespace klamm::broker::metrics
