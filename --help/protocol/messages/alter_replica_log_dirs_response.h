// Generated from protocol/schema/34_alter_replica_log_dirs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterReplicaLogDirsResponse {
  static constexpr int16_t kKey = 34;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AlterReplicaLogDirPartitionResult {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterReplicaLogDirPartitionResult&, const AlterReplicaLogDirPartitionResult&) = default;
  };

  struct AlterReplicaLogDirTopicResult {
    std::string_view topic_name{};
    std::vector<AlterReplicaLogDirPartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterReplicaLogDirTopicResult&, const AlterReplicaLogDirTopicResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterReplicaLogDirTopicResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterReplicaLogDirsResponse&, const AlterReplicaLogDirsResponse&) = default;
};

}  // namespace klamm::protocol
