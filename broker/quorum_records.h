// What the control records of the metadata log say of the quorum itself (KIP-853): kraft.version and the
// voters.
#pragma once

#include "base/result.h"
#include "broker/metadata/snapshot_format.h"
#include "protocol/record_batch.h"

namespace klamm::broker {

// Up to some offset of the log.
struct QuorumRecords {
  SnapshotControl control;
  bool voters_in_log = false;  // not only in the checkpoint that the formatter leaves
};

// Puts into `known` what the next control batch says. The Failure names where one cannot be read.
Result<void, Failure> read_control_batch(const protocol::BatchView& batch, QuorumRecords& known);

}  // namespace klamm::broker
