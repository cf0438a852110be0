// What metrics are made of: counters, histograms, rates.
#include "tests/testing.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "broker/metrics/counters.h"
#include "broker/metrics/histogram.h"
#include "broker/metrics/meter.h"
#include "broker/metrics/process_stats.h"
#include "broker/metrics/recent_times.h"
#include "broker/metrics/request_stats.h"
#include "broker/metrics/topic_stats.h"

using namespace klamm;
using namespace klamm::broker::metrics;

namespace {

enum class Fruit : uint8_t { kApples, kPears, kCount };

// Within a sixteenth, or one.
bool is_about(double told, double right) {
  return std::abs(told - right) <= std::max(right / 16, 1.0);
}

HistogramCounts counts_of(const Histogram& histogram) {
  HistogramCounts counts;
  counts.add(histogram);
  return counts;
}

}  // namespace

TEST_CASE("counters that many threads add to have the sum of all") {
  Counters<Fruit> counters;
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1'000; ++n) counters.add(Fruit::kApples);
      counters.add(Fruit::kPears, -3);
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(counters.load(Fruit::kApples) == 12'000);
  REQUIRE(counters.load(Fruit::kPears) == -36);
}

TEST_CASE("each value is in the bucket that begins at or below it, and ends above it") {
  SeededRandom random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = static_cast<int64_t>(random.next() >> (28 + random.below(36)));
    const size_t bucket = Histogram::bucket_of(value);
    REQUIRE(bucket < Histogram::kBuckets);
    REQUIRE(Histogram::floor_of(bucket) <= value);
    REQUIRE(Histogram::floor_of(bucket + 1) > value);
    const int64_t width = Histogram::floor_of(bucket + 1) - Histogram::floor_of(bucket);
    REQUIRE(width <= std::max<int64_t>(value / 16, 1));
  }
}

TEST_CASE("values beyond what a histogram knows are in its first and last buckets") {
  REQUIRE(Histogram::bucket_of(-5) == 0);
  REQUIRE(Histogram::bucket_of(INT64_MAX) == Histogram::kBuckets - 1);
}

TEST_CASE("a window tells mean, maximum and quantiles of what came") {
  Histogram histogram;
  for (int64_t value = 1; value <= 1'000; ++value) histogram.add(value);
  HistogramWindow window;
  const HistogramSummary summary = window.read(counts_of(histogram), 0);
  REQUIRE(summary.count == 1'000);
  REQUIRE(summary.sum == 500'500);
  REQUIRE(summary.mean == 500.5);
  REQUIRE(is_about(summary.max, 1'000));
  for (size_t i = 0; i < summary.quantiles.size(); ++i)
    REQUIRE(is_about(summary.quantiles[i], 1'000 * HistogramSummary::kQuantiles[i]));
}

TEST_CASE("what came long ago is in the counts, and in no window any more") {
  Histogram histogram;
  HistogramWindow window;
  histogram.add(5'000'000);
  REQUIRE(window.read(counts_of(histogram), 0).max >= 5'000'000);
  histogram.add(10);
  REQUIRE(window.read(counts_of(histogram), HistogramWindow::kStepMs).max >= 5'000'000);
  histogram.add(10);
  REQUIRE(window.read(counts_of(histogram), 2 * HistogramWindow::kStepMs).max == 10);
  histogram.add(10);
  const HistogramSummary summary = window.read(counts_of(histogram), 3 * HistogramWindow::kStepMs);
  REQUIRE(summary.max == 10);
  REQUIRE(summary.mean == 10);
  REQUIRE(summary.count == 4);
  const HistogramSummary idle = window.read(counts_of(histogram), 5 * HistogramWindow::kStepMs);
  REQUIRE(idle.count == 4);
}

TEST_CASE("a steady stream has its rate from the second reading on") {
  Meter meter;
  meter.read(0, 1'000);
  REQUIRE(meter.one_minute() == 0);
  meter.read(500, 6'000);
  REQUIRE(meter.one_minute() == 100);
  meter.read(3'500, 36'000);
  REQUIRE(meter.one_minute() == Approx(100));
  REQUIRE(meter.fifteen_minutes() == Approx(100));
}

TEST_CASE("a stream that has ended fades as Kafka's averages do") {
  Meter meter;
  meter.read(0, 0);
  meter.read(1'000, 10'000);
  meter.read(1'000, 70'000);
  REQUIRE(meter.one_minute() == Approx(100 * std::exp(-1.0)));
  REQUIRE(meter.five_minutes() == Approx(100 * std::exp(-0.2)));
}

TEST_CASE("readings that come sooner than a tick change nothing") {
  Meter meter;
  meter.read(0, 0);
  meter.read(100, 4'999);
  REQUIRE(meter.one_minute() == 0);
  meter.read(100, 5'000);
  REQUIRE(meter.one_minute() == 20);
}

TEST_CASE("a counter that has gone back is another one") {
  Meter meter;
  meter.read(1'000, 0);
  meter.read(2'000, 10'000);
  meter.read(5, 20'000);
  REQUIRE(meter.one_minute() == 0);
}

TEST_CASE("recent times forget what is older than a minute") {
  RecentTimes times;
  times.add(10, 100'000);
  times.add(30, 120'000);
  REQUIRE(times.read(130'001).average == 20);
  REQUIRE(times.read(131'000).max == 30);
  times.add(2, 140'000);
  REQUIRE(times.read(165'000).max == 2);
  REQUIRE(times.read(300'000).average == 0);
}

TEST_CASE("a request counts under its API, its version, its errors and its second name") {
  RequestStats stats;
  ReplyMark mark{.key = 1, .version = 17, .kind = RequestKind::kFetchFollower, .request_size = 80};
  mark.begun_us = 1'000;
  mark.handled_us = 1'100;
  mark.answered_us = 1'500;
  mark.queued_us = 1'500;
  mark.errors.add(0);
  mark.errors.add(6);
  mark.errors.add(6);
  stats.add(mark, 1'600);
  for (size_t row : {size_t{1}, RequestStats::kFetchFollowerRow}) {
    REQUIRE(stats.row(row) != nullptr);
    REQUIRE(stats.row(row)->by_version[17].load() == 1);
    REQUIRE(stats.row(row)->by_error[7].load() == 2);
    REQUIRE(stats.row(row)->total.sum() == 600);
    REQUIRE(stats.row(row)->remote.sum() == 400);
  }
  REQUIRE(stats.row(RequestStats::kFetchConsumerRow) == nullptr);
}

TEST_CASE("requests of no known API, and answers to none, are not counted") {
  RequestStats stats;
  stats.add({.key = 1'000}, 1);
  stats.add({}, 1);
  for (size_t row = 0; row < RequestStats::kRows; ++row) REQUIRE(stats.row(row) == nullptr);
}

TEST_CASE("more kinds of errors than there is room for are not counted") {
  ErrorTally tally;
  for (int16_t code = 0; code < 10; ++code) tally.add(code);
  tally.add(3);
  REQUIRE(tally.size == ErrorTally::kMax);
  REQUIRE(tally.counts[3] == 2);
}

namespace {

struct PartitionAnswer {
  int16_t error_code = 0;
};
struct TopicAnswer {
  std::vector<PartitionAnswer> partitions;
  std::vector<int32_t> results;
};
struct WholeAnswer {
  int16_t error_code = 0;
  std::vector<TopicAnswer> responses;
};

}  // namespace

TEST_CASE("the errors of an answer are its own and those of all that it lists") {
  ErrorTally tally;
  count_errors(WholeAnswer{0, {{{{3}, {0}}, {1, 2}}, {{{3}}, {}}}}, tally);
  REQUIRE(tally.size == 2);
  REQUIRE(tally.codes[0] == 0);
  REQUIRE(tally.counts[0] == 2);
  REQUIRE(tally.codes[1] == 3);
  REQUIRE(tally.counts[1] == 2);
}

TEST_CASE("a topic's counters live while somebody holds them, and those of all topics go on") {
  TopicStatsOfNode topics;
  auto orders = topics.of("orders");
  REQUIRE(topics.of("orders") == orders);
  orders->add(TopicCounter::kBytesIn, 7);
  topics.of("audit")->add(TopicCounter::kBytesIn, 1);
  REQUIRE(orders->labels() == "topic=\"orders\"");
  REQUIRE(topics.some("", 10).size() == 1);
  REQUIRE(topics.some("orders", 10).empty());
  orders.reset();
  REQUIRE(topics.some("", 10).empty());
  REQUIRE(topics.of("orders")->load(TopicCounter::kBytesIn) == 0);
  REQUIRE(topics.all().load(TopicCounter::kBytesIn) == 8);
}

TEST_CASE("names of topics that come and go do not add up where nobody asks") {
  TopicStatsOfNode topics;
  const auto kept = topics.of("kept");
  for (int i = 0; i < 10'000; ++i) topics.of("topic-" + std::to_string(i));
  REQUIRE(topics.names() <= TopicStatsOfNode::kNamesMin + 2);
  REQUIRE(topics.of("kept") == kept);
}

TEST_CASE("the kernel tells of this process") {
  const ProcessStats process = ProcessStats::read();
  REQUIRE(process.resident_bytes > 1 << 20);
  REQUIRE(process.threads >= 1);
  REQUIRE(process.open_files >= 3);
  REQUIRE(process.files_max >= process.open_files);
  REQUIRE(process.start_time_seconds > 1e9);
  REQUIRE(process.cpu_seconds > 0);
}
