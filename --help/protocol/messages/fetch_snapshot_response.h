// Generated from protocol/schema/59_fetch_snapshot.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct FetchSnapshotResponse {
  static constexpr int16_t kKey = 59;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct SnapshotId {
    int64_t end_offset = 0;
    int32_t epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const SnapshotId&, const SnapshotId&) = default;
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;
  };

  struct PartitionSnapshot {
    int32_t index = 0;
    int16_t error_code = 0;
    SnapshotId snapshot_id{};
    LeaderIdAndEpoch current_leader{};
    int64_t size = 0;
    int64_t position = 0;
    std::optional<Records> unaligned_records{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionSnapshot&, const PartitionSnapshot&) = default;
  };

  struct TopicSnapshot {
    std::string_view name{};
    std::vector<PartitionSnapshot> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicSnapshot&, const TopicSnapshot&) = default;
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const NodeEndpoint&, const NodeEndpoint&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<TopicSnapshot> topics{};
  std::vector<NodeEndpoint> node_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const FetchSnapshotResponse&, const FetchSnapshotResponse&) = default;
};

}  // namespace klamm::protocol
