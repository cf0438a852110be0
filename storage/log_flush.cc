// Making a log durable. The recovery point moves only when everything below it is on the platter: the bytes
// of the segments, the indexes, epochs and producer snapshots that a restart will trust without looking, and
// the names of the files. Only the last segment's indexes are left out: a restart without a clean mark makes
// them anew.
#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/mutants.h"
#include "storage/log.h"

namespace klamm::storage {

DiskResult<> FlushJob::run(Disk& disk) const {
  for (const auto& file : files) {
    auto synced = file->sync();
    if (!synced.ok()) return synced;
  }
  if (!epochs) return new_names ? disk.sync_directory(*directory) : DiskResult<>();
  return write_epochs(disk);
}

// One after the other, and none over a newer table. Syncs the directory, too.
DiskResult<> FlushJob::write_epochs(Disk& disk) const {
  absl::MutexLock lock(&epochs_file->mutex);
  if (epochs_file->written > epochs_number) return disk.sync_directory(*directory);
  const std::string path = *directory + "/" + std::string(kLeaderEpochFile);
  if constexpr (mutant::kEpochsUnsynced) {
    auto file = disk.open(path + ".tmp", OpenMode::kCreate);
    auto done = file.ok() ? (*file)->truncate(0) : DiskResult<>(Error{file.error()});
    if (done.ok()) done = (*file)->write_at(0, as_bytes(epochs->to_text()));
    if (done.ok() && new_names) done = disk.sync_directory(*directory);
    epochs_file->written = epochs_number;
    return done.ok() ? disk.rename(path + ".tmp", path) : done;
  }
  auto replaced = replace_file(disk, path, as_bytes(epochs->to_text()));
  if (replaced.ok()) epochs_file->written = epochs_number;
  return replaced;
}

Offset Log::recovery_point() const {
  return flushed_ <= indexes_synced_below_ ? flushed_ : std::max(indexes_synced_below_, flushed_ - 1);
}

DiskResult<FlushJob> Log::prepare_flush(FlushScope scope) {
  FlushJob job;
  job.directory = directory_;
  job.truncations = truncations_;
  job.up_to = scope == FlushScope::kSealed ? active().base() : end_;
  job.indexes_below = active().base();
  if constexpr (mutant::kFlushesDeleted) {
    for (const auto& deleted : retired_.segments)
      if (auto file = deleted->get(SegmentPart::kLog); !file.ok()) return Error{fail(file.error()).error()};
  }
  if (scope == FlushScope::kAll) {
    auto written = active().write_indexes();
    if (!written.ok()) return Error{fail(written.error()).error()};
  }
  std::vector<std::shared_ptr<SegmentFile>> derived;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = *segments_[i];
    const bool is_active = i + 1 == segments_.size();
    const Offset segment_end = is_active ? end_ : segments_[i + 1]->base();
    for (SegmentPart part : kSegmentParts) {
      const bool is_wanted = part == SegmentPart::kLog
                                 ? segment_end > flushed_ && segment.base() < job.up_to
                                 : !is_active && segment.base() >= indexes_synced_below_;
      if (!is_wanted || (part == SegmentPart::kTxnIndex && segment.txn_index().count() == 0)) continue;
      auto file = segment.files().get(part);
      if (!file.ok()) return Error{fail(file.error()).error()};
      (part == SegmentPart::kLog ? job.files : derived).push_back(*std::move(file));
    }
  }
  for (auto& snapshot : snapshots_.take_unsynced()) derived.push_back(std::move(snapshot));
  job.files.insert(job.files.end(), derived.begin(), derived.end());
  job.new_names = std::exchange(names_unsynced_, false) || !derived.empty();
  // An epoch without batches is not known after a restart.
  LeaderEpochs epochs = *epochs_;
  epochs.truncate_from_end(end_);
  const bool is_on_disk = epochs_on_disk_ && *epochs_on_disk_ == epochs;
  if (!is_on_disk) {
    job.epochs = std::move(epochs);
    job.epochs_number = ++epochs_number_;
    job.epochs_file = epochs_file_;
  }
  return job;
}

DiskResult<> Log::complete_flush(const FlushJob& job, const DiskResult<>& outcome) {
  // Of several flushes at a time the newest table stays, whichever ends last.
  const bool is_newest = job.epochs_number == epochs_number_;
  if (job.epochs && (is_newest || !outcome.ok())) {
    epochs_on_disk_ = outcome.ok() ? job.epochs : std::nullopt;
  }
  if (!outcome.ok()) {
    names_unsynced_ |= job.new_names;
    return fail(outcome.error());
  }
  if (job.truncations != truncations_) return {};
  flushed_ = std::max(flushed_, job.up_to);
  indexes_synced_below_ = std::max(indexes_synced_below_, job.indexes_below);
  if (job.files.size() > 1) close_sealed_files();
  return {};
}

DiskResult<> Log::flush() {
  auto job = prepare_flush();
  if (!job.ok()) return Error{job.error()};
  return complete_flush(*job, job->run(disk_));
}

DiskResult<> Log::close() {
  CHECK(!failed_);
  if (is_as_closed_) {
    close_idle_files();
    return {};
  }
  auto sealed = active().seal();
  if (sealed.ok()) {
    producers_.set_end(end_);
    sealed = snapshots_.write(producers_);
  }
  if (!sealed.ok()) return fail(sealed.error());
  auto job = prepare_flush();
  if (!job.ok()) return Error{job.error()};
  for (SegmentPart part : {SegmentPart::kOffsetIndex, SegmentPart::kTimeIndex, SegmentPart::kTxnIndex}) {
    if (part == SegmentPart::kTxnIndex && active().txn_index().count() == 0) continue;
    auto file = active().files().get(part);
    if (!file.ok()) return fail(file.error());
    job->files.push_back(*std::move(file));
  }
  auto flushed = complete_flush(*job, job->run(disk_));
  if (flushed.ok()) {
    indexes_synced_below_ = end_;
    is_as_closed_ = true;
  }
  close_idle_files();
  return flushed;
}

}  // namespace klamm::storage
