// Generated from protocol/schema/52_vote.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct VoteRequest {
  static constexpr int16_t kKey = 52;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t replica_epoch = 0;
    int32_t replica_id = 0;
    Uuid replica_directory_id{};
    Uuid voter_directory_id{};
    int32_t last_offset_epoch = 0;
    int64_t last_offset = 0;
    bool pre_vote = false;

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

  std::optional<std::string_view> cluster_id{};
  int32_t voter_id = -1;
  std::vector<TopicData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const VoteRequest&, const VoteRequest&) = default;
};

}  // namespace klamm::protocol
