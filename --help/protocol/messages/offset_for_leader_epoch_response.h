// Generated from protocol/schema/23_offset_for_leader_epoch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetForLeaderEpochResponse {
  static constexpr int16_t kKey = 23;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  struct EpochEndOffset {
    int16_t error_code = 0;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EpochEndOffset&, const EpochEndOffset&) = default;
  };

  struct OffsetForLeaderTopicResult {
    std::string_view topic{};
    std::vector<EpochEndOffset> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetForLeaderTopicResult&, const OffsetForLeaderTopicResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetForLeaderEpochResponse&, const OffsetForLeaderEpochResponse&) = default;
};

}  // namespace klamm::protocol
