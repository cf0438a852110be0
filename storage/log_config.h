// What a log is told of its topic's configuration. Names are Kafka's topic keys.
#pragma once

#include <cstdint>

namespace klamm::storage {

struct LogConfig {
  int32_t segment_bytes = 1 << 30;
  int64_t segment_ms = 7LL * 24 * 3600 * 1000;
  // How much earlier than segment_ms this log rolls, below segment.jitter.ms, so that the partitions of a
  // node do not roll together.
  int64_t segment_jitter_ms = 0;
  int32_t segment_index_bytes = 10 << 20;
  int32_t index_interval_bytes = 4096;
  // -1: no limit.
  int64_t retention_ms = 7LL * 24 * 3600 * 1000;
  int64_t retention_bytes = -1;
  // cleanup.policy. Without `remove`, only what lies below the log start offset is deleted. With `compact`,
  // offsets may be missing between batches, so recovery cannot take a missing offset for lost bytes.
  bool remove = true;
  bool compact = false;
  int64_t file_delete_delay_ms = 60'000;
  int64_t producer_id_expiration_ms = 24LL * 3600 * 1000;
};

}  // namespace klamm::storage
