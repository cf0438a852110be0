// Generated from protocol/schema/76_share_group_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupHeartbeatResponse {
  static constexpr int16_t kKey = 76;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct TopicPartitions {
    Uuid topic_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
  };

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Assignment&, const Assignment&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  std::optional<std::string_view> member_id{};
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  std::optional<Assignment> assignment{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupHeartbeatResponse&, const ShareGroupHeartbeatResponse&) = default;
};

}  // namespace klamm::protocol
