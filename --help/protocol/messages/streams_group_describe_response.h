// Generated from protocol/schema/89_streams_group_describe.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupDescribeResponse {
  static constexpr int16_t kKey = 89;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

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

  struct Assignment {
    std::vector<TaskIds> active_tasks{};
    std::vector<TaskIds> standby_tasks{};
    std::vector<TaskIds> warmup_tasks{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Assignment&, const Assignment&) = default;
  };

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

  struct Subtopology {
    std::string_view subtopology_id{};
    std::vector<std::string_view> source_topics{};
    std::vector<std::string_view> repartition_sink_topics{};
    std::vector<TopicInfo> state_changelog_topics{};
    std::vector<TopicInfo> repartition_source_topics{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Subtopology&, const Subtopology&) = default;
  };

  struct Topology {
    int32_t epoch = 0;
    std::optional<std::vector<Subtopology>> subtopologies{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Topology&, const Topology&) = default;
  };

  struct Member {
    std::string_view member_id{};
    int32_t member_epoch = 0;
    std::optional<std::string_view> instance_id{};
    std::optional<std::string_view> rack_id{};
    std::string_view client_id{};
    std::string_view client_host{};
    int32_t topology_epoch = 0;
    std::string_view process_id{};
    std::optional<Endpoint> user_endpoint{};
    std::vector<KeyValue> client_tags{};
    std::vector<TaskOffset> task_offsets{};
    std::vector<TaskOffset> task_end_offsets{};
    Assignment assignment{};
    Assignment target_assignment{};
    bool is_classic = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Member&, const Member&) = default;
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    std::string_view group_id{};
    std::string_view group_state{};
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::optional<Topology> topology{};
    std::vector<Member> members{};
    int32_t authorized_operations = INT32_MIN;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedGroup&, const DescribedGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupDescribeResponse&, const StreamsGroupDescribeResponse&) = default;
};

}  // namespace klamm::protocol
