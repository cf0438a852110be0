// Generated from protocol/schema/78_share_fetch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareFetchResponse {
  static constexpr int16_t kKey = 78;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 1;

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;
  };

  struct AcquiredRecords {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int16_t delivery_count = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AcquiredRecords&, const AcquiredRecords&) = default;
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    int16_t acknowledge_error_code = 0;
    std::optional<std::string_view> acknowledge_error_message{};
    LeaderIdAndEpoch current_leader{};
    std::optional<Records> records{};
    std::vector<AcquiredRecords> acquired_records{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct ShareFetchableTopicResponse {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ShareFetchableTopicResponse&, const ShareFetchableTopicResponse&) = default;
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
  std::vector<ShareFetchableTopicResponse> responses{};
  std::vector<NodeEndpoint> node_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareFetchResponse&, const ShareFetchResponse&) = default;
};

}  // namespace klamm::protocol
