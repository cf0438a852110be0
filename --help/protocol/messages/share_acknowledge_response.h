// Generated from protocol/schema/79_share_acknowledge.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareAcknowledgeResponse {
  static constexpr int16_t kKey = 79;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 1;

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    LeaderIdAndEpoch current_leader{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct ShareAcknowledgeTopicResponse {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ShareAcknowledgeTopicResponse&, const ShareAcknowledgeTopicResponse&) = default;
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string_view host{};
    int32_t port = 0;
    std::optional<std::string_view> rack{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const NodeEndpoint&, const NodeEndpoint&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  int32_t acquisition_lock_timeout_ms = 0;
  std::vector<ShareAcknowledgeTopicResponse> responses{};
  std::vector<NodeEndpoint> node_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareAcknowledgeResponse&, const ShareAcknowledgeResponse&) = default;
};

}  // namespace klamm::protocol
