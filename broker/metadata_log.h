// MetadataLog: `__cluster_metadata-0` on this node's disk, as the quorum sees it (raft::LogView) and as the
// raft driver writes it. Belongs to the quorum loop.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/config/quorum_config.h"
#include "raft/batch.h"
#include "raft/log_view.h"
#include "raft/messages.h"
#include "storage/log.h"
#include "storage/segment_exam.h"
#include "storage/synced_offset.h"

namespace klamm::broker {

inline constexpr std::string_view kMetadataDirectory = "__cluster_metadata-0";

class MetadataLog final : public raft::LogView {
 public:
  // Opens the log below `config.dir`. What a crash left of the last writes is cut off; damage to anything
  // that was synced is a failure, since committed records would be lost with it. Fails soon when it
  // `is_cancelled`.
  static Result<std::unique_ptr<MetadataLog>, Failure> open(storage::Disk& disk,
                                                            const MetadataLogConfig& config, int64_t now_ms,
                                                            const std::function<bool()>& is_cancelled = {});

  // raft::LogView
  Offset start() const override { return log_->start(); }
  raft::LogPoint end() const override;
  raft::LogPoint end_of_epoch(Epoch epoch) const override;
  Epoch epoch_at(Offset offset) const override;
  bool is_batch_start(Offset offset) const override;
  std::optional<raft::SnapshotId> oldest_snapshot() const override;
  std::optional<raft::SnapshotId> latest_snapshot() const override;
  bool has_snapshot_at(Offset offset) const override;
  std::optional<int64_t> snapshot_size(raft::SnapshotId id) const override;

  const std::string& directory() const { return log_->directory(); }
  // What lies below stands as it did when the log was opened: of what was cut off or dropped since, other
  // records may have taken the place.
  Offset known_below() const { return known_below_; }

  storage::DiskResult<> append(const std::vector<raft::Batch>& batches, int64_t now_ms);
  storage::DiskResult<> truncate_to(Offset end, int64_t now_ms);
  // A sync that may run on another thread; complete_flush() with it when it has.
  storage::DiskResult<storage::FlushJob> prepare_flush();
  storage::DiskResult<> complete_flush(const storage::FlushJob& job, const storage::DiskResult<>& outcome);
  storage::DiskResult<> close();

  // Calls `each` with every whole batch that lies in [from, to), in order, until it fails. A piece of the log
  // that is read at once is bounded, however long the range.
  Result<void, Failure> read(Offset from, Offset to,
                             const std::function<Result<void, Failure>(ByteView batch)>& each) const;

  // Whole batches, unless the first alone is larger than what was asked for; the last one may be cut off.
  storage::DiskResult<Bytes> read_for_fetch(const raft::ReadSpan& span) const;
  // Bytes of a snapshot that is kept: as many as there are.
  storage::DiskResult<Bytes> read_snapshot(raft::SnapshotId id, int64_t position, int32_t size) const;

  // The log is dropped, and begins at the end of this snapshot, which is complete in the directory. Durable.
  storage::DiskResult<> install(raft::SnapshotId id, int64_t now_ms);
  // A snapshot is complete in the directory: its id counts from now on. Older ones, and the segments below
  // the oldest that stays, are dropped as far as metadata.max.retention.bytes and .ms ask for it. Where a
  // later one has come from the leader meanwhile, this one is of no use, and goes.
  storage::DiskResult<> add_snapshot(raft::SnapshotId id, int64_t now_ms);
  uint64_t size_bytes() const { return log_->view()->size_bytes(); }
  // Of its segments, for exams that may run on another thread.
  std::deque<storage::SegmentExam> exams(storage::ExamScope scope) const {
    return storage::exams_of(*log_->view(), log_->end(), scope);
  }

 private:
  MetadataLog(storage::Disk& disk, const MetadataLogConfig& config, std::unique_ptr<storage::Log> log,
              storage::SyncedOffset synced)
      : disk_(disk), config_(config), log_(std::move(log)), synced_(std::move(synced)) {}
  Offset synced_end() const { return log_->end().offset - log_->unflushed_records(); }
  storage::DiskResult<> find_snapshots();
  bool is_half_installed() const;
  storage::DiskResult<> begin_at(raft::SnapshotId id, int64_t now_ms);
  storage::DiskResult<> note_snapshot(raft::SnapshotId id);
  storage::DiskResult<> clean(int64_t now_ms);
  // For the operator; nothing when it may stay.
  std::optional<std::string> why_oldest_goes(int64_t now_ms) const;

  struct Snapshot {
    raft::SnapshotId id;
    int64_t size;
  };

  storage::Disk& disk_;
  const MetadataLogConfig config_;
  std::unique_ptr<storage::Log> log_;
  storage::SyncedOffset synced_;
  std::vector<Snapshot> snapshots_;  // the oldest first; never the one that the formatter leaves
  Offset known_below_{0};
};

}  // namespace klamm::broker
