// Generated from protocol/schema/56_alter_partition.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterPartitionRequest {
  static constexpr int16_t kKey = 56;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct BrokerState {
    int32_t broker_id = 0;
    int64_t broker_epoch = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const BrokerState&, const BrokerState&) = default;
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> new_isr{};
    std::vector<BrokerState> new_isr_with_epochs{};
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

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  std::vector<TopicData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterPartitionRequest&, const AlterPartitionRequest&) = default;
};

}  // namespace klamm::protocol
