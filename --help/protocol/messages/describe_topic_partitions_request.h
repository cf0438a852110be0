// Generated from protocol/schema/75_describe_topic_partitions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeTopicPartitionsRequest {
  static constexpr int16_t kKey = 75;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicRequest {
    std::string_view name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicRequest&, const TopicRequest&) = default;
  };

  struct Cursor {
    std::string_view topic_name{};
    int32_t partition_index = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Cursor&, const Cursor&) = default;
  };

  std::vector<TopicRequest> topics{};
  int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeTopicPartitionsRequest&, const DescribeTopicPartitionsRequest&) = default;
};

}  // namespace klamm::protocol
