#include "tests/testing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "bench/load/histogram.h"

using klamm::SeededRandom;
using klamm::bench::Histogram;

namespace {

Histogram histogram_of(const std::vector<int64_t>& values) {
  Histogram histogram;
  for (int64_t value : values) histogram.add(value);
  return histogram;
}

// Of every size from nanoseconds to minutes, as many of each.
std::vector<int64_t> values_of_all_sizes(uint64_t seed, size_t count) {
  SeededRandom random(seed);
  std::vector<int64_t> values;
  for (size_t i = 0; i < count; ++i) values.push_back(static_cast<int64_t>(random.next() >> (27 + i % 37)));
  return values;
}

// The definition, from all values: the smallest that at least this share of them are not above.
int64_t exact_quantile(std::vector<int64_t> values, double share) {
  std::ranges::sort(values);
  auto wanted = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<size_t>(wanted, 1) - 1];
}

}  // namespace

TEST_CASE("a histogram without values has nothing but zeros") {
  Histogram histogram;
  REQUIRE(histogram.count() == 0);
  REQUIRE(histogram.max() == 0);
  REQUIRE(histogram.quantile(0.99) == 0);
}

TEST_CASE("values below 128 are kept exactly") {
  std::vector<int64_t> values;
  for (int64_t value = 0; value < 128; ++value) values.push_back(value);
  Histogram histogram = histogram_of(values);
  for (double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    REQUIRE(histogram.quantile(share) == exact_quantile(values, share));
  }
}

TEST_CASE("a quantile is at most one percent above the exact one, and never below") {
  std::vector<int64_t> values = values_of_all_sizes(3, 20'000);
  Histogram histogram = histogram_of(values);
  for (double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    int64_t exact = exact_quantile(values, share);
    REQUIRE(histogram.quantile(share) >= exact);
    REQUIRE(static_cast<double>(histogram.quantile(share)) <= static_cast<double>(exact) * 1.01);
  }
}

TEST_CASE("neighbours at a power of two do not change places") {
  for (int power = 7; power < 62; ++power) {
    int64_t border = int64_t{1} << power;
    Histogram histogram = histogram_of({border - 1, border, border + border / 3});
    REQUIRE(histogram.quantile(0.3) == border - 1);
    REQUIRE(histogram.quantile(0.6) >= border);
    REQUIRE(histogram.quantile(0.6) < border + border / 100 + 1);
  }
}

TEST_CASE("a rare large value is in the last quantile only") {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.add(100);
  histogram.add(5'000'000);
  REQUIRE(histogram.quantile(0.999) == 100);
  REQUIRE(histogram.quantile(0.9991) == 5'000'000);
  REQUIRE(histogram.max() == 5'000'000);
}

TEST_CASE("the largest value there is has a place, and a clock that went back counts as zero") {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  Histogram histogram = histogram_of({-5, std::numeric_limits<int64_t>::min(), kLargest});
  REQUIRE(histogram.quantile(0.5) == 0);
  REQUIRE(histogram.quantile(1) == kLargest);
}

TEST_CASE("merging two histograms is as adding all values to one") {
  std::vector<int64_t> some = values_of_all_sizes(1, 500);
  std::vector<int64_t> more = values_of_all_sizes(2, 800);
  Histogram merged = histogram_of(some);
  merged.merge(histogram_of(more));
  some.insert(some.end(), more.begin(), more.end());
  Histogram whole = histogram_of(some);
  REQUIRE(merged.count() == 1300);
  REQUIRE(merged.max() == whole.max());
  for (double share : {0.01, 0.5, 0.99, 1.0}) REQUIRE(merged.quantile(share) == whole.quantile(share));
}
