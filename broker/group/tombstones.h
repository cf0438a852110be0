// How much of what is deleted is written together: far less than a batch that the topic takes. Deleting or
// expiring a group with very many offsets takes several writes, and the group itself goes with the last.
#pragma once

#include <vector>

#include "broker/coordinator_record.h"

namespace klamm::broker::group {

inline constexpr size_t kTombstonesSizeMax = 128 * 1024;

inline size_t tombstone_size(const CoordinatorRecord& record) {
  constexpr size_t kFraming = 24;
  return kFraming + record.key.size();
}

inline size_t tombstones_size(const std::vector<CoordinatorRecord>& records) {
  size_t size = 0;
  for (const CoordinatorRecord& record : records) size += tombstone_size(record);
  return size;
}

}  // namespace klamm::broker::group
