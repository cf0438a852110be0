// LogView: what Raft needs to know of the metadata log, answered from memory.
#pragma once

#include <cstdint>
#include <optional>

#include "raft/replica_key.h"

namespace klamm::raft {

// The log as it is now: every truncation, installation and append of an Output that was taken has been
// performed, whether or not it is synced. Implemented by the driver over storage::Log, and by the simulator.
class LogView {
 public:
  virtual ~LogView() = default;

  // The first offset that can be read: 0, or the end of a kept snapshot.
  virtual Offset start() const = 0;
  // The next offset, and the epoch of the last record: that of the latest snapshot if no record follows it,
  // 0 in an empty log.
  virtual LogPoint end() const = 0;
  // The end of the largest epoch in the log that is <= `epoch`. Where there is none: the oldest snapshot, or
  // the point (0, 0).
  virtual LogPoint end_of_epoch(Epoch epoch) const = 0;
  // The epoch of the record at `offset`, for start() <= offset < end().offset.
  virtual Epoch epoch_at(Offset offset) const = 0;
  // Whether a batch starts at `offset`, or the log ends there.
  virtual bool is_batch_start(Offset offset) const = 0;

  virtual std::optional<SnapshotId> oldest_snapshot() const = 0;
  virtual std::optional<SnapshotId> latest_snapshot() const = 0;
  // Whether a snapshot that ends at `offset` is kept.
  virtual bool has_snapshot_at(Offset offset) const = 0;
  // Bytes of a complete snapshot, or nullopt if it is not (or no longer) here.
  virtual std::optional<int64_t> snapshot_size(SnapshotId id) const = 0;
};

}  // namespace klamm::raft
