// SimLog: the metadata log of a simulated node, with what of it would survive a power loss.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "base/random.h"
#include "raft/batch.h"
#include "raft/log_view.h"

namespace klamm::sim {

// `chain` is a hash of this batch and of everything before it, so that two logs agree up to an offset exactly
// if their chains there are equal.
struct SimBatch {
  Offset base;
  int32_t record_count;
  Epoch epoch;
  raft::Payload payload;
  uint64_t chain;

  Offset end() const { return base + record_count; }
};

struct SimSnapshot {
  raft::SnapshotId id;
  uint64_t chain = 0;
  int64_t size = 0;
};

// The content of a snapshot: its chain, repeated to its size.
Bytes snapshot_bytes(const SimSnapshot& snapshot);
std::optional<SimSnapshot> snapshot_from_bytes(raft::SnapshotId id, ByteView bytes);

class SimLog final : public raft::LogView {
 public:
  Offset start() const override { return start_; }
  raft::LogPoint end() const override;
  raft::LogPoint end_of_epoch(Epoch epoch) const override;
  Epoch epoch_at(Offset offset) const override;
  bool is_batch_start(Offset offset) const override;
  std::optional<raft::SnapshotId> oldest_snapshot() const override;
  std::optional<raft::SnapshotId> latest_snapshot() const override;
  bool has_snapshot_at(Offset offset) const override;
  std::optional<int64_t> snapshot_size(raft::SnapshotId id) const override;

  void append(const raft::Batch& batch);
  void truncate(Offset to);
  // Everything below `end` is on the disk, and nothing that was cut off comes back any more.
  void sync(Offset end);
  std::vector<raft::Batch> read(Offset from, int32_t batch_count_max) const;

  void add_snapshot(const SimSnapshot& snapshot);
  const SimSnapshot* snapshot(raft::SnapshotId id) const;
  // Drops the log and starts at the snapshot.
  void install(const SimSnapshot& snapshot);
  // Forgets batches and snapshots that end below `start`; a batch that spans it stays.
  void move_start(Offset start);

  // A power loss: of what was not synced a prefix survives, or what had been cut off before comes back.
  void lose_power(Random& random);
  // What a node does when it opens its log: a log that ends before its newest snapshot begins there anew.
  void recover();

  // The chain of everything below `end`; nullopt if that is not the end of a batch that is here.
  std::optional<uint64_t> chain_at(Offset end) const;
  // Of what would survive a power loss for certain.
  Offset durable_end() const;
  const std::deque<SimBatch>& batches() const { return batches_; }

 private:
  size_t index_after(Offset offset) const;

  Offset start_{0};
  uint64_t start_chain_ = 0;
  std::deque<SimBatch> batches_;
  size_t synced_ = 0;             // so many batches are on the disk
  std::vector<SimBatch> ghosts_;  // on the disk after those, though cut off: a power loss may bring them back
  std::vector<SimSnapshot> snapshots_;
};

uint64_t mix(uint64_t a, uint64_t b);

}  // namespace klamm::sim
