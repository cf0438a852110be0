// Fetcher: reads the records of partitions from where it stands in each, in the order of their offsets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"
#include "protocol/compression.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/record_batch.h"

namespace klamm::cli {

struct FetchedRecord {
  TopicPartition partition;
  int64_t offset = 0;
  int64_t timestamp = -1;
  protocol::TimestampType timestamp_type = protocol::TimestampType::kCreateTime;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

struct FetchConfig {
  int32_t max_wait_ms = 500;
  int32_t min_bytes = 1;
  int32_t max_bytes = 50 << 20;
  int32_t partition_bytes = 1 << 20;
  bool read_committed = false;
  // Where to go when the position is not there (any more); nullopt: that is a failure.
  std::optional<int64_t> reset = kLatestOffset;
};

class Fetcher {
 public:
  Fetcher(Client& client, FetchConfig config) : client_(client), config_(config) {}

  // Reads these from now on, each from its offset, which may be kEarliestOffset or kLatestOffset: which these
  // are is asked at once, of partitions that have a leader.
  Attempt<> assign(const std::map<TopicPartition, int64_t>& positions);
  // One more round of requests, one to each leader; waits max.wait.ms at most where there is nothing.
  // Passing failures are passed over, and so are partitions that have no leader, or are gone: all of them are
  // looked for again.
  Attempt<std::vector<FetchedRecord>> poll();
  // The offset behind the last record that poll() gave; one of the names, until it is known which that is.
  const std::map<TopicPartition, int64_t>& positions() const { return positions_; }

 private:
  using PartitionData = protocol::FetchResponse::PartitionData;

  // The offsets of partitions that stand at a name, where they have a leader.
  Attempt<> resolve();
  // Unless all are known, or were looked for a moment ago.
  Attempt<> find_leaders(const Deadline& deadline);
  Attempt<> fetch_from(int32_t node, int32_t max_wait_ms, const Deadline& deadline,
                       std::vector<FetchedRecord>& records);
  Attempt<> take(const TopicPartition& partition, const PartitionData& data,
                 std::vector<FetchedRecord>& records);
  Attempt<> take_batches(const TopicPartition& partition, const PartitionData& data,
                         std::vector<FetchedRecord>& records);
  Attempt<> take_batch(const TopicPartition& partition, const protocol::BatchView& batch,
                       std::vector<FetchedRecord>& records);

  Client& client_;
  const FetchConfig config_;
  std::map<TopicPartition, int64_t> positions_;
  Leaders leaders_;
  std::optional<int64_t> looked_at_ms_;  // for leaders; nullopt: they are to be looked for
  protocol::Decompressor decompressor_;
};

}  // namespace klamm::cli
