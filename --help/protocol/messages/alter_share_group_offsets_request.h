// Generated from protocol/schema/91_alter_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterShareGroupOffsetsRequest {
  static constexpr int16_t kKey = 91;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct AlterShareGroupOffsetsRequestPartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterShareGroupOffsetsRequestPartition&, const AlterShareGroupOffsetsRequestPartition&) = default;
  };

  struct AlterShareGroupOffsetsRequestTopic {
    std::string_view topic_name{};
    std::vector<AlterShareGroupOffsetsRequestPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterShareGroupOffsetsRequestTopic&, const AlterShareGroupOffsetsRequestTopic&) = default;
  };

  std::string_view group_id{};
  std::vector<AlterShareGroupOffsetsRequestTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterShareGroupOffsetsRequest&, const AlterShareGroupOffsetsRequest&) = default;
};

}  // namespace klamm::protocol
