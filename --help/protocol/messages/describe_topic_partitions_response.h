// Generated from protocol/schema/75_describe_topic_partitions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeTopicPartitionsResponse {
  static constexpr int16_t kKey = 75;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DescribeTopicPartitionsResponsePartition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes{};
    std::vector<int32_t> isr_nodes{};
    std::optional<std::vector<int32_t>> eligible_leader_replicas{};
    std::optional<std::vector<int32_t>> last_known_elr{};
    std::vector<int32_t> offline_replicas{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeTopicPartitionsResponsePartition&, const DescribeTopicPartitionsResponsePartition&) = default;
  };

  struct DescribeTopicPartitionsResponseTopic {
    int16_t error_code = 0;
    std::optional<std::string_view> name = std::string_view{};
    Uuid topic_id{};
    bool is_internal = false;
    std::vector<DescribeTopicPartitionsResponsePartition> partitions{};
    int32_t topic_authorized_operations = INT32_MIN;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeTopicPartitionsResponseTopic&, const DescribeTopicPartitionsResponseTopic&) = default;
  };

  struct Cursor {
    std::string_view topic_name{};
    int32_t partition_index = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Cursor&, const Cursor&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeTopicPartitionsResponseTopic> topics{};
  std::optional<Cursor> next_cursor{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeTopicPartitionsResponse&, const DescribeTopicPartitionsResponse&) = default;
};

}  // namespace klamm::protocol
