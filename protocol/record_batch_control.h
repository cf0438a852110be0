// Control batches: the records that the quorum and the transaction coordinators write for themselves into a
// log. Consumers never see them, but their offsets count. They are never compressed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/types.h"

namespace klamm::protocol {

// The type in a control record's key.
enum class ControlType : int16_t {
  kAbort = 0,
  kCommit = 1,
  kLeaderChange = 2,
  kSnapshotHeader = 3,
  kSnapshotFooter = 4,
  kKraftVersion = 5,
  kKraftVoters = 6,
};

struct ControlRecord {
  ControlType type;
  ByteView value;  // the message, its version first
};

// A batch of the quorum's control records, which belong to no producer.
Bytes build_control_batch(Offset base_offset, Epoch leader_epoch, int64_t timestamp,
                          std::span<const ControlRecord> records);

// A transaction marker (kCommit or kAbort) of this producer.
Bytes build_transaction_marker(Offset base_offset, Epoch leader_epoch, int64_t timestamp, ControlType type,
                               int64_t producer_id, int16_t producer_epoch, Epoch coordinator_epoch);

// The type in a control record's key: nullopt when the key is not one. Types that we do not know are to be
// skipped, not refused.
std::optional<int16_t> control_type_of(std::optional<ByteView> key);

}  // namespace klamm::protocol
