// Generated from protocol/schema/08_offset_commit.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetCommitResponse {
  static constexpr int16_t kKey = 8;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 10;
  static constexpr int16_t kFlexibleFrom = 8;

  struct OffsetCommitResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetCommitResponsePartition&, const OffsetCommitResponsePartition&) = default;
  };

  struct OffsetCommitResponseTopic {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<OffsetCommitResponsePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetCommitResponseTopic&, const OffsetCommitResponseTopic&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitResponseTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetCommitResponse&, const OffsetCommitResponse&) = default;
};

}  // namespace klamm::protocol
