#include "bench/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace klamm::bench {

void Histogram::add(int64_t value_ns) {
  int64_t value = std::max<int64_t>(value_ns, 0);
  ++counts_[place_of(static_cast<uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

int64_t Histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  auto wanted = static_cast<int64_t>(std::ceil(share * static_cast<double>(count_)));
  int64_t seen = 0;
  for (size_t place = 0; place < counts_.size(); ++place) {
    seen += counts_[place];
    if (seen >= std::max<int64_t>(wanted, 1)) return std::min(largest_at(place), max_);
  }
  return max_;
}

// Values below kSteps stand for themselves; above, the power of two comes first and the step within it
// second.
size_t Histogram::place_of(uint64_t value) {
  if (value < kSteps) return value;
  int shift = std::bit_width(value) - 1 - kStepBits;
  return (static_cast<size_t>(shift) + 1) * kSteps + ((value >> shift) - kSteps);
}

int64_t Histogram::largest_at(size_t place) {
  if (place < kSteps) return static_cast<int64_t>(place);
  size_t shift = place / kSteps - 1;
  uint64_t first = (place % kSteps + kSteps) << shift;
  return static_cast<int64_t>(first + (uint64_t{1} << shift) - 1);
}

}  // namespace klamm::bench
