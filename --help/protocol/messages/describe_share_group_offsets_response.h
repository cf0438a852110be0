// Generated from protocol/schema/90_describe_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeShareGroupOffsetsResponse {
  static constexpr int16_t kKey = 90;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DescribeShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;
    int32_t leader_epoch = 0;
    int64_t lag = -1;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeShareGroupOffsetsResponsePartition&, const DescribeShareGroupOffsetsResponsePartition&) = default;
  };

  struct DescribeShareGroupOffsetsResponseTopic {
    std::string_view topic_name{};
    Uuid topic_id{};
    std::vector<DescribeShareGroupOffsetsResponsePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeShareGroupOffsetsResponseTopic&, const DescribeShareGroupOffsetsResponseTopic&) = default;
  };

  struct DescribeShareGroupOffsetsResponseGroup {
    std::string_view group_id{};
    std::vector<DescribeShareGroupOffsetsResponseTopic> topics{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeShareGroupOffsetsResponseGroup&, const DescribeShareGroupOffsetsResponseGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeShareGroupOffsetsResponseGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeShareGroupOffsetsResponse&, const DescribeShareGroupOffsetsResponse&) = default;
};

}  // namespace klamm::protocol
