// Lag: how many records a group has still to read of each partition that it has committed an offset for.
// Pure. For the metrics.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/group/offsets.h"

namespace klamm::broker::group {

// What of a partition's log can be read.
struct ReadableRange {
  Offset start;
  Offset end;  // behind the last record
};

struct PartitionLag {
  std::string_view topic;
  int32_t partition;
  int64_t records;

  friend bool operator==(const PartitionLag&, const PartitionLag&) = default;
};

struct GroupLag {
  std::string_view group;
  std::vector<PartitionLag> partitions;
  int64_t records = 0;  // of all of them

  friend bool operator==(const GroupLag&, const GroupLag&) = default;
};

// nullopt for a partition whose log is not known here: it is left out.
using RangeLookup = std::function<std::optional<ReadableRange>(std::string_view topic, int32_t partition)>;

// In the order of `committed`, where a group's offsets stand together. Records that were deleted before they
// were read are not waited for: an offset below the start counts as the start. The views are those given.
std::vector<GroupLag> lag_of(const std::vector<Offsets::Committed>& committed, const RangeLookup& range_of);

}  // namespace klamm::broker::group
