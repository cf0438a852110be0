// One record of a coordinator's topic: what a decision writes, and what a loaded log holds.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/types.h"

namespace klamm::broker {

// Key: i16 type and a body; value: i16 version and a body; without a value it is a tombstone.
struct CoordinatorRecord {
  Bytes key;
  std::optional<Bytes> value;
};

// The same, in a log's bytes. A record of a producer with an id counts when its transaction is committed; of
// two commits of one offset, one of them in a transaction, the one that stands later in the log is the one to
// keep.
struct CoordinatorRecordView {
  ByteView key;
  std::optional<ByteView> value;
  int64_t producer_id = -1;
  Offset offset = kNoOffset;
};

inline CoordinatorRecordView view_of(const CoordinatorRecord& record, Offset offset) {
  CoordinatorRecordView view{.key = record.key, .value = {}, .offset = offset};
  if (record.value) view.value = *record.value;
  return view;
}

}  // namespace klamm::broker
