// Generated from protocol/schema/91_alter_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterShareGroupOffsetsResponse {
  static constexpr int16_t kKey = 91;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct AlterShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterShareGroupOffsetsResponsePartition&, const AlterShareGroupOffsetsResponsePartition&) = default;
  };

  struct AlterShareGroupOffsetsResponseTopic {
    std::string_view topic_name{};
    Uuid topic_id{};
    std::vector<AlterShareGroupOffsetsResponsePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterShareGroupOffsetsResponseTopic&, const AlterShareGroupOffsetsResponseTopic&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  std::vector<AlterShareGroupOffsetsResponseTopic> responses{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterShareGroupOffsetsResponse&, const AlterShareGroupOffsetsResponse&) = default;
};

}  // namespace klamm::protocol
