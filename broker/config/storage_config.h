// Where logs live and how often the node looks after them. What can differ by topic is in TopicConfig.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace klamm::broker {

struct StorageConfig {
  std::vector<std::string> log_dirs;  // log.dirs, or log.dir; never empty
  int64_t retention_check_interval_ms = 300000;
  int64_t initial_task_delay_ms = 30000;  // before the first retention and checkpoint rounds
  int32_t recovery_point_checkpoint_interval_ms = 60000;
  int32_t log_start_offset_checkpoint_interval_ms = 60000;
  int64_t high_watermark_checkpoint_interval_ms = 5000;
  int32_t recovery_threads_per_dir = 2;
  int64_t scrub_bytes_per_second = 16777216;  // klamm.log.scrub.bytes.per.second; 0: no scrub
  int64_t scrub_interval_ms = 604800000;      // klamm.log.scrub.interval.ms
  int64_t dir_failure_timeout_ms = 30000;
  int32_t producer_id_expiration_ms = 86400000;
  int32_t producer_id_expiration_check_interval_ms = 600000;
};

}  // namespace klamm::broker
