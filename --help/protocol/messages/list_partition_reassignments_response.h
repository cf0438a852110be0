// Generated from protocol/schema/46_list_partition_reassignments.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListPartitionReassignmentsResponse {
  static constexpr int16_t kKey = 46;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct OngoingPartitionReassignment {
    int32_t partition_index = 0;
    std::vector<int32_t> replicas{};
    std::vector<int32_t> adding_replicas{};
    std::vector<int32_t> removing_replicas{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OngoingPartitionReassignment&, const OngoingPartitionReassignment&) = default;
  };

  struct OngoingTopicReassignment {
    std::string_view name{};
    std::vector<OngoingPartitionReassignment> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OngoingTopicReassignment&, const OngoingTopicReassignment&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<OngoingTopicReassignment> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListPartitionReassignmentsResponse&, const ListPartitionReassignmentsResponse&) = default;
};

}  // namespace klamm::protocol
