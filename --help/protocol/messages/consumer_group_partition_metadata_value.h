// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerGroupPartitionMetadataValue {
  static constexpr int16_t kKey = 4;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionMetadata {
    int32_t partition = 0;
    std::vector<std::string_view> racks{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionMetadata&, const PartitionMetadata&) = default;
  };

  struct TopicMetadata {
    Uuid topic_id{};
    std::string_view topic_name{};
    int32_t num_partitions = 0;
    std::vector<PartitionMetadata> partition_metadata{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicMetadata&, const TopicMetadata&) = default;
  };

  std::vector<TopicMetadata> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerGroupPartitionMetadataValue&, const ConsumerGroupPartitionMetadataValue&) = default;
};

}  // namespace klamm::protocol
