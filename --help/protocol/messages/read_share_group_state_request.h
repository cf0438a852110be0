// Generated from protocol/schema/84_read_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ReadShareGroupStateRequest {
  static constexpr int16_t kKey = 84;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionData {
    int32_t partition = 0;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct ReadStateData {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReadStateData&, const ReadStateData&) = default;
  };

  std::string_view group_id{};
  std::vector<ReadStateData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ReadShareGroupStateRequest&, const ReadShareGroupStateRequest&) = default;
};

}  // namespace klamm::protocol
