// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupStatePartitionMetadataValue {
  static constexpr int16_t kKey = 15;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicPartitionsInfo {
    Uuid topic_id{};
    std::string_view topic_name{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitionsInfo&, const TopicPartitionsInfo&) = default;
  };

  struct TopicInfo {
    Uuid topic_id{};
    std::string_view topic_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicInfo&, const TopicInfo&) = default;
  };

  std::vector<TopicPartitionsInfo> initializing_topics{};
  std::vector<TopicPartitionsInfo> initialized_topics{};
  std::vector<TopicInfo> deleting_topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupStatePartitionMetadataValue&, const ShareGroupStatePartitionMetadataValue&) = default;
};

}  // namespace klamm::protocol
