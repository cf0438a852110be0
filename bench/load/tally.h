// The window of time in which a run counts, and what its threads count.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "bench/load/histogram.h"

namespace klamm::bench {

// The threads of a run share this. They count always, and record latencies within the window.
struct Window {
  std::atomic<bool> recording{false};
  std::atomic<bool> stopping{false};
};

// Written by one thread.
struct Tally {
  std::atomic<int64_t> records{0};
  std::atomic<int64_t> bytes{0};
  std::atomic<int64_t> requests{0};
  Histogram latencies;  // read once the thread has ended

  void count(int64_t more_records, int64_t more_bytes) {
    records.fetch_add(more_records, std::memory_order_relaxed);
    bytes.fetch_add(more_bytes, std::memory_order_relaxed);
    requests.fetch_add(1, std::memory_order_relaxed);
  }
};

// What all of a run's threads have counted by one moment; the difference of two is what came between.
struct Counts {
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t requests = 0;

  static Counts of(std::span<const Tally> tallies);
  Counts operator-(const Counts& earlier) const {
    return {records - earlier.records, bytes - earlier.bytes, requests - earlier.requests};
  }
};

}  // namespace klamm::bench
