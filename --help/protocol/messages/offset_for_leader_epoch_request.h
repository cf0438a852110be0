// Generated from protocol/schema/23_offset_for_leader_epoch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetForLeaderEpochRequest {
  static constexpr int16_t kKey = 23;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  struct OffsetForLeaderPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetForLeaderPartition&, const OffsetForLeaderPartition&) = default;
  };

  struct OffsetForLeaderTopic {
    std::string_view topic{};
    std::vector<OffsetForLeaderPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetForLeaderTopic&, const OffsetForLeaderTopic&) = default;
  };

  int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetForLeaderEpochRequest&, const OffsetForLeaderEpochRequest&) = default;
};

}  // namespace klamm::protocol
