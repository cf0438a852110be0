// Generated from protocol/schema/45_alter_partition_reassignments.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterPartitionReassignmentsResponse {
  static constexpr int16_t kKey = 45;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ReassignablePartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReassignablePartitionResponse&, const ReassignablePartitionResponse&) = default;
  };

  struct ReassignableTopicResponse {
    std::string_view name{};
    std::vector<ReassignablePartitionResponse> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReassignableTopicResponse&, const ReassignableTopicResponse&) = default;
  };

  int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<ReassignableTopicResponse> responses{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterPartitionReassignmentsResponse&, const AlterPartitionReassignmentsResponse&) = default;
};

}  // namespace klamm::protocol
