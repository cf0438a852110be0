// Generated from protocol/schema/59_fetch_snapshot.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct FetchSnapshotRequest {
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

  struct PartitionSnapshot {
    int32_t partition = 0;
    int32_t current_leader_epoch = 0;
    SnapshotId snapshot_id{};
    int64_t position = 0;
    Uuid replica_directory_id{};

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

  std::optional<std::string_view> cluster_id{};
  int32_t replica_id = -1;
  int32_t max_bytes = INT32_MAX;
  std::vector<TopicSnapshot> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const FetchSnapshotRequest&, const FetchSnapshotRequest&) = default;
};

}  // namespace klamm::protocol
