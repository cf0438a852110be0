// Generated from protocol/schema/45_alter_partition_reassignments.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterPartitionReassignmentsRequest {
  static constexpr int16_t kKey = 45;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ReassignablePartition {
    int32_t partition_index = 0;
    std::optional<std::vector<int32_t>> replicas{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReassignablePartition&, const ReassignablePartition&) = default;
  };

  struct ReassignableTopic {
    std::string_view name{};
    std::vector<ReassignablePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReassignableTopic&, const ReassignableTopic&) = default;
  };

  int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::vector<ReassignableTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterPartitionReassignmentsRequest&, const AlterPartitionReassignmentsRequest&) = default;
};

}  // namespace klamm::protocol
