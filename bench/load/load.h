// What one run is made of beside its options and what it counts: its topic, and when batches were due.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "bench/load/cluster.h"
#include "bench/load/options.h"
#include "bench/load/tally.h"

namespace klamm::bench {

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
  std::vector<Leader> leaders{};
};

// The topic, created if there is none, with a leader in each partition that answers as one.
Topic prepare_topic(const Options& options);
// The topic as it is.
Topic find_topic(const Address& address, const std::string& name);

}  // namespace klamm::bench
