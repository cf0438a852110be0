// Generated from protocol/schema/53_begin_quorum_epoch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BeginQuorumEpochRequest {
  static constexpr int16_t kKey = 53;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct PartitionData {
    int32_t partition_index = 0;
    Uuid voter_directory_id{};
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

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
  int32_t voter_id = -1;
  std::vector<TopicData> topics{};
  std::vector<LeaderEndpoint> leader_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BeginQuorumEpochRequest&, const BeginQuorumEpochRequest&) = default;
};

}  // namespace klamm::protocol
