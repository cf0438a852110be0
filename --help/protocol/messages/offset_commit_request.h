// Generated from protocol/schema/08_offset_commit.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetCommitRequest {
  static constexpr int16_t kKey = 8;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 10;
  static constexpr int16_t kFlexibleFrom = 8;

  struct OffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string_view> committed_metadata = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetCommitRequestPartition&, const OffsetCommitRequestPartition&) = default;
  };

  struct OffsetCommitRequestTopic {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<OffsetCommitRequestPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetCommitRequestTopic&, const OffsetCommitRequestTopic&) = default;
  };

  std::string_view group_id{};
  int32_t generation_id_or_member_epoch = -1;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  int64_t retention_time_ms = -1;
  std::vector<OffsetCommitRequestTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetCommitRequest&, const OffsetCommitRequest&) = default;
};

}  // namespace klamm::protocol
