// Generated from protocol/schema/90_describe_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeShareGroupOffsetsRequest {
  static constexpr int16_t kKey = 90;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DescribeShareGroupOffsetsRequestTopic {
    std::string_view topic_name{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeShareGroupOffsetsRequestTopic&, const DescribeShareGroupOffsetsRequestTopic&) = default;
  };

  struct DescribeShareGroupOffsetsRequestGroup {
    std::string_view group_id{};
    std::optional<std::vector<DescribeShareGroupOffsetsRequestTopic>> topics = std::vector<DescribeShareGroupOffsetsRequestTopic>{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeShareGroupOffsetsRequestGroup&, const DescribeShareGroupOffsetsRequestGroup&) = default;
  };

  std::vector<DescribeShareGroupOffsetsRequestGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeShareGroupOffsetsRequest&, const DescribeShareGroupOffsetsRequest&) = default;
};

}  // namespace klamm::protocol
