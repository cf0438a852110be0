// Generated from protocol/schema/47_offset_delete.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetDeleteRequest {
  static constexpr int16_t kKey = 47;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  struct OffsetDeleteRequestPartition {
    int32_t partition_index = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetDeleteRequestPartition&, const OffsetDeleteRequestPartition&) = default;
  };

  struct OffsetDeleteRequestTopic {
    std::string_view name{};
    std::vector<OffsetDeleteRequestPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetDeleteRequestTopic&, const OffsetDeleteRequestTopic&) = default;
  };

  std::string_view group_id{};
  std::vector<OffsetDeleteRequestTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetDeleteRequest&, const OffsetDeleteRequest&) = default;
};

}  // namespace klamm::protocol
