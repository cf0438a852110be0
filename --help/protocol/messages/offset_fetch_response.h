// Generated from protocol/schema/09_offset_fetch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetFetchResponse {
  static constexpr int16_t kKey = 9;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 10;
  static constexpr int16_t kFlexibleFrom = 6;

  struct OffsetFetchResponsePartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string_view> metadata = std::string_view{};
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchResponsePartition&, const OffsetFetchResponsePartition&) = default;
  };

  struct OffsetFetchResponseTopic {
    std::string_view name{};
    std::vector<OffsetFetchResponsePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchResponseTopic&, const OffsetFetchResponseTopic&) = default;
  };

  struct OffsetFetchResponsePartitions {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string_view> metadata = std::string_view{};
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchResponsePartitions&, const OffsetFetchResponsePartitions&) = default;
  };

  struct OffsetFetchResponseTopics {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<OffsetFetchResponsePartitions> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchResponseTopics&, const OffsetFetchResponseTopics&) = default;
  };

  struct OffsetFetchResponseGroup {
    std::string_view group_id{};
    std::vector<OffsetFetchResponseTopics> topics{};
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchResponseGroup&, const OffsetFetchResponseGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchResponseTopic> topics{};
  int16_t error_code = 0;
  std::vector<OffsetFetchResponseGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetFetchResponse&, const OffsetFetchResponse&) = default;
};

}  // namespace klamm::protocol
