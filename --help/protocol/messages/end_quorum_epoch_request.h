// Generated from protocol/schema/54_end_quorum_epoch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct EndQuorumEpochRequest {
  static constexpr int16_t kKey = 54;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct ReplicaInfo {
    int32_t candidate_id = 0;
    Uuid candidate_directory_id{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReplicaInfo&, const ReplicaInfo&) = default;
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> preferred_successors{};
    std::vector<ReplicaInfo> preferred_candidates{};

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

  struct LeaderEndpoint {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LeaderEndpoint&, const LeaderEndpoint&) = default;
  };

  std::optional<std::string_view> cluster_id{};
  std::vector<TopicData> topics{};
  std::vector<LeaderEndpoint> leader_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const EndQuorumEpochRequest&, const EndQuorumEpochRequest&) = default;
};

}  // namespace klamm::protocol
