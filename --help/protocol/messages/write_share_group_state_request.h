// Generated from protocol/schema/85_write_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct WriteShareGroupStateRequest {
  static constexpr int16_t kKey = 85;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const StateBatch&, const StateBatch&) = default;
  };

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;
    std::vector<StateBatch> state_batches{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct WriteStateData {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WriteStateData&, const WriteStateData&) = default;
  };

  std::string_view group_id{};
  std::vector<WriteStateData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const WriteShareGroupStateRequest&, const WriteShareGroupStateRequest&) = default;
};

}  // namespace klamm::protocol
