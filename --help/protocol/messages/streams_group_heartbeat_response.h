// Generated from protocol/schema/88_streams_group_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupHeartbeatResponse {
  static constexpr int16_t kKey = 88;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Status {
    int8_t status_code = 0;
    std::string_view status_detail{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Status&, const Status&) = default;
  };

  struct TopicPartition {
    std::string_view topic{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
  };

  struct TaskIds {
    std::string_view subtopology_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TaskIds&, const TaskIds&) = default;
  };

  struct Endpoint {
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };

  struct EndpointToPartitions {
    Endpoint user_endpoint{};
    std::vector<TopicPartition> active_partitions{};
    std::vector<TopicPartition> standby_partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EndpointToPartitions&, const EndpointToPartitions&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  std::string_view member_id{};
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  int32_t acceptable_recovery_lag = 0;
  int32_t task_offset_interval_ms = 0;
  std::optional<std::vector<Status>> status = std::vector<Status>{};
  std::optional<std::vector<TaskIds>> active_tasks{};
  std::optional<std::vector<TaskIds>> standby_tasks{};
  std::optional<std::vector<TaskIds>> warmup_tasks{};
  int32_t endpoint_information_epoch = 0;
  std::optional<std::vector<EndpointToPartitions>> partitions_by_user_endpoint{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupHeartbeatResponse&, const StreamsGroupHeartbeatResponse&) = default;
};

}  // namespace klamm::protocol
