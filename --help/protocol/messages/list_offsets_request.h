// Generated from protocol/schema/02_list_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListOffsetsRequest {
  static constexpr int16_t kKey = 2;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 11;
  static constexpr int16_t kFlexibleFrom = 6;

  struct ListOffsetsPartition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListOffsetsPartition&, const ListOffsetsPartition&) = default;
  };

  struct ListOffsetsTopic {
    std::string_view name{};
    std::vector<ListOffsetsPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListOffsetsTopic&, const ListOffsetsTopic&) = default;
  };

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics{};
  int32_t timeout_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListOffsetsRequest&, const ListOffsetsRequest&) = default;
};

}  // namespace klamm::protocol
