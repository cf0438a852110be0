// Generated from protocol/schema/46_list_partition_reassignments.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListPartitionReassignmentsRequest {
  static constexpr int16_t kKey = 46;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ListPartitionReassignmentsTopics {
    std::string_view name{};
    std::vector<int32_t> partition_indexes{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListPartitionReassignmentsTopics&, const ListPartitionReassignmentsTopics&) = default;
  };

  int32_t timeout_ms = 60000;
  std::optional<std::vector<ListPartitionReassignmentsTopics>> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListPartitionReassignmentsRequest&, const ListPartitionReassignmentsRequest&) = default;
};

}  // namespace klamm::protocol
