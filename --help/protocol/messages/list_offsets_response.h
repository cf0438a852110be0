// Generated from protocol/schema/02_list_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListOffsetsResponse {
  static constexpr int16_t kKey = 2;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 11;
  static constexpr int16_t kFlexibleFrom = 6;

  struct ListOffsetsPartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListOffsetsPartitionResponse&, const ListOffsetsPartitionResponse&) = default;
  };

  struct ListOffsetsTopicResponse {
    std::string_view name{};
    std::vector<ListOffsetsPartitionResponse> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListOffsetsTopicResponse&, const ListOffsetsTopicResponse&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListOffsetsResponse&, const ListOffsetsResponse&) = default;
};

}  // namespace klamm::protocol
