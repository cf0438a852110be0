// A topic's configuration with its types: from the topic's own settings, else the broker's dynamic ones, else
// the file's, else Kafka's defaults. Immutable once resolved; a change makes a new one.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "broker/config/config_map.h"
#include "broker/config/definitions.h"
#include "broker/config/synonyms.h"
#include "broker/config/value.h"

namespace klamm::broker {

// What a leader does with the codec of what producers send (compression.type).
enum class TopicCompression : uint8_t { kProducer, kUncompressed, kGzip, kSnappy, kLz4, kZstd };
// The wire's numbers of timestamp types.
enum class TimestampType : uint8_t { kCreateTime = 0, kLogAppendTime = 1 };

struct TopicConfig {
  bool compacts = false;  // cleanup.policy names compact
  bool deletes = true;    // cleanup.policy names delete
  TopicCompression compression = TopicCompression::kProducer;
  int32_t gzip_level = -1;
  int32_t lz4_level = 9;
  int32_t zstd_level = 3;
  int64_t delete_retention_ms = 86400000;
  int64_t file_delete_delay_ms = 60000;
  int64_t flush_messages = INT64_MAX;
  int64_t flush_ms = INT64_MAX;
  int32_t index_interval_bytes = 4096;
  int64_t local_retention_bytes = -2;  // -2: retention_bytes
  int64_t local_retention_ms = -2;
  int64_t compaction_lag_max_ms = INT64_MAX;
  int64_t compaction_lag_min_ms = 0;
  double cleanable_dirty_ratio_min = 0.5;
  int32_t message_size_max = 1048588;  // of a batch, with its headers and as compressed
  TimestampType timestamp_type = TimestampType::kCreateTime;
  int64_t timestamp_before_max_ms = INT64_MAX;
  int64_t timestamp_after_max_ms = 3600000;
  int32_t insync_replicas_min = 1;
  bool preallocate = false;
  int64_t retention_bytes = -1;      // negative: no limit
  int64_t retention_ms = 604800000;  // -1: no limit
  int32_t segment_size_max = 1073741824;
  int32_t segment_index_bytes = 10485760;
  int64_t segment_jitter_ms = 0;
  int64_t segment_ms = 604800000;
  bool unclean_leader_election = false;
  bool remote_storage = false;

  friend bool operator==(const TopicConfig&, const TopicConfig&) = default;
};

// `settings` are the broker's effective ones (effective_settings). Values were validated when they were set;
// one that cannot be read (written by a newer release) leaves what stands behind it in force.
TopicConfig resolve_topic_config(const ConfigMap& topic, const ConfigMap& settings);

// The value of one topic key as Kafka shows it, from the topic or from what stands behind it.
ConfigValue topic_value(const ConfigKey& key, const ConfigMap& topic, const ConfigMap& settings);

// What a topic would be set to with `topic` on a broker with `settings`: names, types, ranges and how they
// fit together, in Kafka's words, which clients see. `before` are the topic's settings until now.
std::optional<Failure> check_topic_config(const ConfigMap& topic, const ConfigMap& before,
                                          const ConfigMap& settings);

}  // namespace klamm::broker
