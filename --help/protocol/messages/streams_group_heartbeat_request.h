// Generated from protocol/schema/88_streams_group_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupHeartbeatRequest {
  static constexpr int16_t kKey = 88;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct KeyValue {
    std::string_view key{};
    std::string_view value{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const KeyValue&, const KeyValue&) = default;
  };

  struct TopicInfo {
    std::string_view name{};
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<KeyValue> topic_configs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicInfo&, const TopicInfo&) = default;
  };

  struct Endpoint {
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };

  struct TaskOffset {
    std::string_view subtopology_id{};
    int32_t partition = 0;
    int64_t offset = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TaskOffset&, const TaskOffset&) = default;
  };

  struct TaskIds {
    std::string_view subtopology_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TaskIds&, const TaskIds&) = default;
  };

  struct CopartitionGroup {
    std::vector<int16_t> source_topics{};
    std::vector<int16_t> source_topic_regex{};
    std::vector<int16_t> repartition_source_topics{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CopartitionGroup&, const CopartitionGroup&) = default;
  };

  struct Subtopology {
    std::string_view subtopology_id{};
    std::vector<std::string_view> source_topics{};
    std::vector<std::string_view> source_topic_regex{};
    std::vector<TopicInfo> state_changelog_topics{};
    std::vector<std::string_view> repartition_sink_topics{};
    std::vector<TopicInfo> repartition_source_topics{};
    std::vector<CopartitionGroup> copartition_groups{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Subtopology&, const Subtopology&) = default;
  };

  struct Topology {
    int32_t epoch = 0;
    std::vector<Subtopology> subtopologies{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Topology&, const Topology&) = default;
  };

  std::string_view group_id{};
  std::string_view member_id{};
  int32_t member_epoch = 0;
  int32_t endpoint_information_epoch = 0;
  std::optional<std::string_view> instance_id{};
  std::optional<std::string_view> rack_id{};
  int32_t rebalance_timeout_ms = -1;
  std::optional<Topology> topology{};
  std::optional<std::vector<TaskIds>> active_tasks{};
  std::optional<std::vector<TaskIds>> standby_tasks{};
  std::optional<std::vector<TaskIds>> warmup_tasks{};
  std::optional<std::string_view> process_id{};
  std::optional<Endpoint> user_endpoint{};
  std::optional<std::vector<KeyValue>> client_tags{};
  std::optional<std::vector<TaskOffset>> task_offsets{};
  std::optional<std::vector<TaskOffset>> task_end_offsets{};
  bool shutdown_application = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupHeartbeatRequest&, const StreamsGroupHeartbeatRequest&) = default;
};

}  // namespace klamm::protocol
