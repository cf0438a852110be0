// What one run is made of: its options, the window of time in which it counts, and what its threads count.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "bench/load/client.h"
#include "bench/load/histogram.h"
#include "protocol/compression.h"

namespace klamm::bench {

struct Options {
  std::string mode;
  Address address{"127.0.0.1", "9092"};
  int pid = 0;
  std::string topic = "bench";
  int32_t partitions = 1;
  int32_t record_size = 1024;
  protocol::Codec codec = protocol::Codec::kNone;
  int32_t request_records = 96;  // of one Produce request, shared by the connection's partitions
  double rate = 0;               // records a second over all connections; 0 for as many as there will be
  int32_t connections = 1;       // of producers, or of consumers
  int32_t in_flight = 5;         // Produce requests of one connection
  double warmup_s = 2;
  double seconds = 10;
  int64_t fill_bytes = 0;         // consume: write this much first
  int32_t fetch_bytes = 1 << 20;  // of one partition in one Fetch
  std::string cold_topic;     // steady: a slow reader reads this topic from its start, dropped from the cache
  std::string cold_folder;    // where the broker keeps that topic's partitions
  double cold_rate_mib = 20;  // bytes a second that the slow reader takes
  std::string segment_bytes;  // of topics that are created; the broker's own without it
  std::string retention_bytes;
  std::string log;  // first-ack, start: of the process
  std::vector<std::string> command;
};

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

// When each batch was due to be sent, so that a consumer can tell how long it was under way. It is found by
// the sequence number that the batch carries through the log.
class SendTimes {
 public:
  SendTimes(int32_t partitions, int32_t batch_records)
      : batch_records_(batch_records), times_(static_cast<size_t>(partitions) * kKept) {}

  void set(int32_t partition, int32_t sequence, int64_t when_ns) { at(partition, sequence) = when_ns; }
  int64_t get(int32_t partition, int32_t sequence) { return at(partition, sequence); }

 private:
  static constexpr size_t kKept = 1 << 14;
  std::atomic<int64_t>& at(int32_t partition, int32_t sequence) {
    return times_[static_cast<size_t>(partition) * kKept +
                  static_cast<size_t>(sequence / batch_records_) % kKept];
  }

  const int32_t batch_records_;
  std::vector<std::atomic<int64_t>> times_;
};

struct Topic {
  std::string name;
  Uuid id;
  int32_t partitions = 0;
};

// The topic, created if there is none, with a leader in each partition.
Topic prepare_topic(const Options& options);
// The topic as it is.
Topic find_topic(const Address& address, const std::string& name);

// The partitions that the connection of this number has to itself.
std::vector<int32_t> partitions_of(const Options& options, int32_t connection);
// How many records a batch holds: the request's share of each of the connection's partitions.
int32_t batch_records(const Options& options);

}  // namespace klamm::bench
