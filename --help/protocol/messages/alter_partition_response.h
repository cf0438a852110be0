// Generated from protocol/schema/56_alter_partition.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterPartitionResponse {
  static constexpr int16_t kKey = 56;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> isr{};
    int8_t leader_recovery_state = 0;
    int32_t partition_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct TopicData {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicData&, const TopicData&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<TopicData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterPartitionResponse&, const AlterPartitionResponse&) = default;
};

}  // namespace klamm::protocol
