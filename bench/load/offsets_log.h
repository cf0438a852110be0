// The log of a partition of __consumer_offsets, as Kafka writes it, of any size: what a coordinator that
// loads it has to read.
//
// Record n commits for key n modulo the number of keys. A key is one of 50 partitions of a topic and a group;
// what is committed is n + 1, so that whoever has loaded the log can be asked what it read.
#pragma once

#include <cstdint>
#include <string>

#include "base/types.h"
#include "base/uuid.h"
#include "protocol/record_batch_builder.h"

namespace klamm::bench {

inline constexpr int32_t kPartitionsPerGroup = 50;

struct OffsetsLog {
  int64_t keys = 0;  // 0: a key for each record
  std::string topic;
  Uuid topic_id;  // left out if it is zero
  int32_t batch_records = 10;
  int64_t wall_ms = 0;  // when all of it was committed
};

// What one record says.
struct Commit {
  std::string group;
  int32_t partition;
  int64_t offset;
};
Commit commit_at(const OffsetsLog& log, int64_t number);

void append_commit(protocol::RecordBatchBuilder& builder, const OffsetsLog& log, int64_t number);
// The batch that begins with this record.
Bytes batch_at(const OffsetsLog& log, int64_t number);

struct Written {
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t segments = 0;
};
// Takes the place of the log in a partition's folder, whose node is not running: segments of whole batches,
// in files named after their first offset, at most `segment_bytes` each. Indexes, epochs and producer
// snapshots are left for recovery to make. Gives up where the disk does.
Written write_segments(const OffsetsLog& log, const std::string& folder, int64_t bytes,
                       int64_t segment_bytes);

}  // namespace klamm::bench
