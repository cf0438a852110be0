// What server.properties says of the group coordinator. Times in milliseconds.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/compression.h"

namespace klamm::broker {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

struct GroupCoordinatorConfig {
  int32_t session_timeout_min_ms = 6'000;      // group.min.session.timeout.ms
  int32_t session_timeout_max_ms = 1'800'000;  // group.max.session.timeout.ms
  int32_t initial_rebalance_delay_ms = 3'000;  // group.initial.rebalance.delay.ms
  int32_t size_max = INT32_MAX;                // group.max.size
  int32_t offset_metadata_size_max = 4'096;    // offset.metadata.max.bytes
  int64_t offsets_retention_ms = 604'800'000;  // offsets.retention.minutes
  int64_t expiry_interval_ms = 600'000;        // offsets.retention.check.interval.ms
  int32_t commit_timeout_ms = 5'000;           // offsets.commit.timeout.ms
  int32_t load_buffer_size = 5'242'880;        // offsets.load.buffer.size
  int32_t topic_partitions = 50;               // offsets.topic.num.partitions
  int16_t topic_replication_factor = 3;        // offsets.topic.replication.factor
  int32_t topic_segment_size = 104'857'600;    // offsets.topic.segment.bytes
  protocol::Codec topic_codec{};               // offsets.topic.compression.codec
};

}  // namespace klamm::broker
