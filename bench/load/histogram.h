// Histogram: latencies in nanoseconds, kept to within one percent whatever their size, in 64 KiB.
//
// Each power of two is divided into 128 equal steps, so that a value's step is at most 1/128 of it wide
// (the idea of HdrHistogram).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace klamm::bench {

class Histogram {
 public:
  void add(int64_t value_ns);
  void merge(const Histogram& other);

  int64_t count() const { return count_; }
  int64_t max() const { return max_; }
  // The smallest value that at least this share (0 to 1) of all values are not above; 0 without values.
  int64_t quantile(double share) const;

 private:
  static constexpr int kStepBits = 7;
  static constexpr size_t kSteps = size_t{1} << kStepBits;
  static constexpr size_t kPowers = 64 - kStepBits;

  static size_t place_of(uint64_t value);
  static int64_t largest_at(size_t place);

  std::vector<int64_t> counts_ = std::vector<int64_t>((kPowers + 1) * kSteps);
  int64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace klamm::bench
