// Generated from protocol/schema/68_consumer_group_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerGroupHeartbeatRequest {
  static constexpr int16_t kKey = 68;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicPartitions {
    Uuid topic_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
  };

  std::string_view group_id{};
  std::string_view member_id{};
  int32_t member_epoch = 0;
  std::optional<std::string_view> instance_id{};
  std::optional<std::string_view> rack_id{};
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::vector<std::string_view>> subscribed_topic_names{};
  std::optional<std::string_view> subscribed_topic_regex{};
  std::optional<std::string_view> server_assignor{};
  std::optional<std::vector<TopicPartitions>> topic_partitions{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerGroupHeartbeatRequest&, const ConsumerGroupHeartbeatRequest&) = default;
};

}  // namespace klamm::protocol
