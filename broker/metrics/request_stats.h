// RequestStats: what one network loop has answered: Kafka's RequestMetrics. Written by the loop's thread
// alone, read by anyone.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "broker/metrics/histogram.h"
#include "broker/metrics/reply_mark.h"

namespace klamm::broker::metrics {

class RequestStats {
 public:
  // Rows by API key, and behind them the second names of Fetch.
  static constexpr int16_t kKeyMax = 95;
  static constexpr size_t kFetchConsumerRow = kKeyMax + 1;
  static constexpr size_t kFetchFollowerRow = kKeyMax + 2;
  static constexpr size_t kRows = kKeyMax + 3;
  static constexpr size_t kVersions = 24;
  static constexpr size_t kErrors = 192;  // by code + 1

  struct Row {
    std::array<OwnCounter, kVersions> by_version;
    std::array<OwnCounter, kErrors> by_error;
    // Microseconds.
    Histogram total;
    Histogram local;           // in its handler
    Histogram remote;          // until there was an answer
    Histogram response_queue;  // until the requests before it were answered
    Histogram response_send;
    Histogram size;            // bytes of the request
    Histogram throttle;        // milliseconds for which its client was held back
  };

  RequestStats() = default;
  RequestStats(const RequestStats&) = delete;
  RequestStats& operator=(const RequestStats&) = delete;
  ~RequestStats();

  // The answer was sent.
  void add(const ReplyMark& mark, int64_t sent_us);

  // nullptr where nothing has been counted.
  const Row* row(size_t index) const { return rows_[index].load(std::memory_order_acquire); }

 private:
  void add_to(size_t index, const ReplyMark& mark, int64_t sent_us);

  std::array<std::atomic<Row*>, kRows> rows_{};
};

}  // namespace klamm::broker::metrics
