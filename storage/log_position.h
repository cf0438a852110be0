// Where the boundary of a batch lies: its offset, and in which byte of which segment. Kafka:
// LogOffsetMetadata.
#pragma once

#include <cstdint>

#include "base/types.h"

namespace klamm::storage {

struct LogPosition {
  Offset offset;
  Offset segment_base = kNoOffset;  // kNoOffset: only the offset is known
  uint32_t position = 0;

  bool is_located() const { return segment_base != kNoOffset; }
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

}  // namespace klamm::storage
