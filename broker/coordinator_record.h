// One record of a coordinator's topic: what a decision writes, and what a loaded log holds.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace klamm::broker {

// Key: i16 type and a body; value: i16 version and a body; without a value it is a tombstone.
struct CoordinatorRecord {
  Bytes key;
  std::optional<Bytes> value;
};

// The same, in a log's bytes. A record of a producer with an id counts when its transaction is committed.
struct CoordinatorRecordView {
  ByteView key;
  std::optional<ByteView> value;
  int64_t producer_id = -1;
};

}  // namespace klamm::broker
