// Generated from protocol/schema/55_describe_quorum.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeQuorumRequest {
  static constexpr int16_t kKey = 55;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionData {
    int32_t partition_index = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct TopicData {
    std::string_view topic_name{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicData&, const TopicData&) = default;
  };

  std::vector<TopicData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeQuorumRequest&, const DescribeQuorumRequest&) = default;
};

}  // namespace klamm::protocol
