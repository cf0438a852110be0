// Generated from protocol/schema/55_describe_quorum.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeQuorumResponse {
  static constexpr int16_t kKey = 55;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ReplicaState {
    int32_t replica_id = 0;
    Uuid replica_directory_id{};
    int64_t log_end_offset = 0;
    int64_t last_fetch_timestamp = -1;
    int64_t last_caught_up_timestamp = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReplicaState&, const ReplicaState&) = default;
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    int64_t high_watermark = 0;
    std::vector<ReplicaState> current_voters{};
    std::vector<ReplicaState> observers{};

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

  struct Listener {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Listener&, const Listener&) = default;
  };

  struct Node {
    int32_t node_id = 0;
    std::vector<Listener> listeners{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Node&, const Node&) = default;
  };

  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<TopicData> topics{};
  std::vector<Node> nodes{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeQuorumResponse&, const DescribeQuorumResponse&) = default;
};

}  // namespace klamm::protocol
