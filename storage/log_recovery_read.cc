// The part of recovery that reads batches: what was not certainly synced, and the producers' history.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/check.h"
#include "base/logging.h"
#include "base/mutants.h"
#include "storage/batch_search.h"
#include "storage/log_recovery.h"

namespace klamm::storage {
namespace {

// How much is read between two looks at whether it is still wanted.
constexpr uint32_t kCancelBytes = 8 << 20;

}  // namespace

DiskResult<> LogLoader::read_segments(size_t first) {
  if (first == candidates_.size()) return {};
  has_read_ = true;
  first_read_ = candidates_[first].base();
  log_.end_ = candidates_[first].base();
  auto restored = log_.restore_producers(log_.end_, now_ms_);
  if (!restored.ok()) return restored;
  // The file of the epochs is written by flushes: of what is read now it may know too little, or, after a
  // truncation, something else.
  LeaderEpochs believed;
  if (first > 0) believed = *log_.epochs_;
  believed.truncate_from_end(first_read_);
  log_.set_epochs(std::move(believed));
  for (size_t i = first; i < candidates_.size(); ++i) {
    const Candidate& candidate = candidates_[i];
    if (is_cancelled()) return Error{disk_error(ECANCELED, "go on recovering", log_.directory())};
    const bool continues =
        log_.config_.compact ? candidate.base() >= log_.end_ : candidate.base() == log_.end_;
    if (!continues) {
      LOG_WARN("{}: the segment at {} does not continue the log, which ends at {}", log_.directory(),
               candidate.base().value, log_.end_.value);
      auto may_go = judge_damage(i, std::nullopt);
      return may_go.ok() ? drop_candidates_from(i) : may_go;
    }
    const bool may_be_torn = !hints_.clean_shutdown && candidate.base() > hints_.recovery_point;
    if (candidate.base() > log_.end_ && may_be_torn && !log_.gap_) log_.gap_ = log_.end_;
    log_.end_ = candidate.base();
    log_.producers_.set_end(log_.end_);
    auto snapshot = log_.snapshots_.write(log_.producers_);
    if (!snapshot.ok()) return snapshot;
    auto is_whole = read_segment(candidate);
    if (!is_whole.ok()) return Error{is_whole.error()};
    if (*is_whole) continue;

    const uint32_t valid = log_.active().size();
    auto may_go = judge_damage(i, valid);
    if (!may_go.ok()) return may_go;
    auto dropped = drop_candidates_from(i + 1);
    if (!dropped.ok()) return dropped;
    auto file = candidate.files->get(SegmentPart::kLog);
    if (!file.ok()) return Error{file.error()};
    auto cut = (*file)->file().truncate(valid);
    // Synced, so that what was cut off cannot come back behind batches that are appended later.
    return cut.ok() ? (*file)->sync() : cut;
  }
  return {};
}

DiskResult<> LogLoader::judge_damage(size_t index, std::optional<uint32_t> valid) {
  using enum OpenHints::OnDamage;
  uint64_t bytes = 0;
  BatchesFound batches{0, log_.end_};
  for (size_t i = index; i < candidates_.size(); ++i) {
    const uint32_t from = i == index ? valid.value_or(0) : 0;
    const uint32_t size = candidates_[i].content.size;
    auto file = candidates_[i].files->get(SegmentPart::kLog);
    if (!file.ok()) return Error{file.error()};
    auto found = find_batches((*file)->file(), from, size, batches.end);
    if (!found.ok()) return Error{found.error()};
    bytes += size - from;
    batches = {batches.count + found->count, found->end};
  }
  const bool has_synced_end =
      index + 1 < candidates_.size() && candidates_[index + 1].base() <= hints_.recovery_point;
  const bool was_synced =
      hints_.on_damage == kKeepPrefix
          ? valid && (hints_.clean_shutdown || has_synced_end || log_.end_ < hints_.recovery_point)
          : hints_.on_damage == kRefuseSynced && log_.end_ < hints_.recovery_point;
  const std::string where = fmt::format("{} is damaged at byte {}",
                                        candidates_[index].files->path(SegmentPart::kLog), valid.value_or(0));
  if (was_synced || (hints_.on_damage == kRefuseUnlessTail && batches.count > 0)) {
    // To cut here would throw away records that were acknowledged as durable: someone has to decide.
    const std::string why = was_synced ? "this place had been synced"
                                       : fmt::format("{} whole batches, up to offset {}, stand behind it",
                                                     batches.count, batches.end.value);
    const std::string_view way_out =
        hints_.on_damage == kKeepPrefix
            ? ", or give up what follows: remove the partition's line from recovery-point-offset-checkpoint, "
              "and .kafka_cleanshutdown"
            : "";
    return Error{
        DiskError{EBADMSG, fmt::format("{}, offset {}, and no crash explains it: {}. Nothing was cut off; "
                                       "replace the directory from a backup or a replica{}",
                                       where, log_.end_.value, why, way_out)}};
  }
  const std::string among =
      batches.count == 0 ? ""
                         : fmt::format(
                               ", {} whole batches up to offset {} among them: unless a crash tore what "
                               "was written before these, the disk has damaged what it held",
                               batches.count, batches.end.value);
  LOG_ERROR("{}: the log ends at offset {}, and the {} bytes from there on are cut off{}", where,
            log_.end_.value, bytes, among);
  return {};
}

DiskResult<bool> LogLoader::read_segment(const Candidate& candidate) {
  SegmentFiles& files = *candidate.files;
  for (SegmentPart part : kSegmentParts) {
    if (part == SegmentPart::kLog) continue;
    if (part == SegmentPart::kTxnIndex) {
      // Nobody syncs an empty one, so what it held might come back.
      auto removed = log_.disk_.remove(files.path(part));
      if (!removed.ok() && removed.error().code != ENOENT) return Error{removed.error()};
      has_removed_ |= removed.ok();
      continue;
    }
    auto file = files.create(part);
    if (!file.ok()) return Error{file.error()};
    auto emptied = (*file)->file().truncate(0);
    if (!emptied.ok()) return Error{emptied.error()};
  }
  auto segment = std::make_shared<Segment>(candidate.files, Segment::Content{}, now_ms_);
  log_.segments_.push_back(segment);
  auto file = files.get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  if (names_.contains(std::string(kFailedFile))) {
    auto reread = (*file)->sync();
    if (reread.ok()) reread = (*file)->file().forget_cached();
    if (!reread.ok()) return Error{reread.error()};
  }
  BatchReader reader((*file)->file(), 0, candidate.content.size, BatchReader::kScanWindow);
  uint32_t asked_at = 0;
  while (true) {
    auto batch = reader.next();
    if (!batch.ok()) return Error{batch.error()};
    if (!*batch) break;
    if (reader.position() - asked_at >= kCancelBytes) {
      asked_at = reader.position();
      if (is_cancelled()) return Error{disk_error(ECANCELED, "go on recovering", log_.directory())};
    }
    auto accepted = accept(*segment, reader, **batch);
    if (!accepted.ok()) return accepted;
    if (!*accepted) break;
  }
  auto sealed = segment->seal();
  if (!sealed.ok()) return Error{sealed.error()};
  log_.segments_.back() = segment->sealed();
  return segment->size() == candidate.content.size;
}

void LogLoader::note_epoch(const BatchHeader& batch) {
  const auto latest = log_.epochs_->latest();
  if (batch.leader_epoch.value < 0 || (latest && batch.leader_epoch <= latest->epoch)) return;
  Offset start = batch.base_offset;
  // Compaction may have taken the first batches of an epoch; then only the file knows where it began.
  if (log_.epochs_on_disk_) {
    for (const EpochStart& noted : log_.epochs_on_disk_->entries())
      if (noted.epoch == batch.leader_epoch && noted.start >= log_.end_) start = std::min(start, noted.start);
  }
  LeaderEpochs epochs = *log_.epochs_;
  epochs.assign(batch.leader_epoch, start);
  log_.set_epochs(std::move(epochs));
}

DiskResult<bool> LogLoader::accept(Segment& segment, BatchReader& reader, const BatchAt& batch) {
  const BatchHeader& header = batch.header;
  if (header.base_offset < log_.end_) return false;
  // Nothing is missing between batches unless compaction took it. (Old formats do not say where a batch
  // begins.)
  if (!log_.config_.compact && header.magic == 2 && header.base_offset != log_.end_) return false;
  if (header.last_offset() - segment.base() > std::numeric_limits<int32_t>::max()) return false;
  auto is_intact = reader.verify(batch);
  if (!is_intact.ok() || !*is_intact) return is_intact;

  auto marker = reader.marker(batch);
  if (!marker.ok()) return Error{marker.error()};
  auto adopted = segment.adopt(header, static_cast<uint32_t>(log_.config_.index_interval_bytes));
  if (!adopted.ok()) return Error{adopted.error()};
  note_epoch(header);
  log_.end_ = header.next_offset();
  auto completed =
      log_.producers_.apply(header, *marker, {header.base_offset, segment.base(), batch.position});
  if (!completed || !completed->aborted) return true;
  auto noted = segment.append_aborted({completed->producer_id, completed->first_offset,
                                       completed->last_offset, completed->last_stable_offset});
  return noted.ok() ? DiskResult<bool>(true) : DiskResult<bool>(Error{noted.error()});
}

DiskResult<> LogLoader::drop_candidates_from(size_t index) {
  // From the end, each durably, so that a crash now leaves no hole.
  while (candidates_.size() > index) {
    auto removed = candidates_.back().files->remove();
    if (removed.ok()) removed = log_.disk_.sync_directory(log_.directory());
    if (!removed.ok()) return removed;
    candidates_.pop_back();
  }
  return {};
}

DiskResult<> LogLoader::settle() {
  auto& segments = log_.segments_;
  if (names_.contains(std::string(kFailedFile))) {
    auto removed = remove_file(std::string(kFailedFile));
    if (!removed.ok()) return removed;
  }
  if (!segments.empty()) {
    auto end = log_.active().next_offset(log_.active().size());
    if (!end.ok()) return Error{end.error()};
    log_.end_ = *end;
  }
  if (segments.empty() || log_.end_ < hints_.log_start) {
    // Nothing that is left counts: the log begins where it is said to begin.
    auto emptied = log_.retire_back(0);
    for (const Offset snapshot : std::set(log_.snapshots_.offsets()))
      if (emptied.ok()) emptied = log_.snapshots_.remove(snapshot);
    if (emptied.ok()) emptied = log_.begin_segment(hints_.log_start, now_ms_);
    if (!emptied.ok()) return emptied;
    log_.end_ = hints_.log_start;
  }
  log_.start_ = std::max(hints_.log_start, segments.front()->base());
  const bool is_all_believed = hints_.clean_shutdown || mutant::kElder;
  const Offset believed = is_all_believed ? log_.end_ : std::min(hints_.recovery_point, log_.end_);
  log_.flushed_ = std::max(believed, segments.front()->base());
  log_.indexes_synced_below_ = has_read_ ? std::min(first_read_, log_.active().base()) : log_.active().base();
  auto done = settle_epochs();
  if (done.ok()) done = settle_producers();
  log_.is_as_closed_ = is_as_closed();
  // What was removed must not come back, such as a snapshot of records that were lost.
  has_removed_ |= log_.snapshots_.last_removed() > log_.end_;
  if (done.ok() && has_removed_ && !hints_.clean_shutdown) done = log_.disk_.sync_directory(log_.directory());
  log_.close_idle_files();
  return done;
}

bool LogLoader::is_as_closed() const {
  // Of a log to which nothing was ever written, the next start makes the same without any file.
  if (log_.end_ == Offset{0}) return true;
  const std::set<Offset>& snapshots = log_.snapshots_.offsets();
  if (!hints_.clean_shutdown || has_read_ || !log_.epochs_on_disk_) return false;
  if (snapshots.empty() || *snapshots.rbegin() != log_.end_) return false;
  LeaderEpochs on_disk = *log_.epochs_on_disk_;
  on_disk.truncate_from_end(log_.end_);
  on_disk.truncate_from_start(log_.start_);
  return on_disk == *log_.epochs_;
}

DiskResult<> LogLoader::settle_epochs() {
  LeaderEpochs epochs;
  auto filled = read_epochs(log_.start_, log_.epochs_->earliest(), epochs);
  if (!filled.ok()) return filled;
  for (const EpochStart& entry : log_.epochs_->entries()) epochs.assign(entry.epoch, entry.start);
  epochs.truncate_from_end(log_.end_);
  epochs.truncate_from_start(log_.start_);
  log_.set_epochs(std::move(epochs));
  return {};
}

// The table may begin behind the log: its file was lost, or it was cut for a log start that was not written
// to its checkpoint before a crash. An epoch below its first would then be said to reach further than it
// does.
DiskResult<> LogLoader::read_epochs(Offset from, std::optional<EpochStart> known, LeaderEpochs& found) {
  const Offset to = known ? known->start : log_.end_;
  for (const auto& segment : log_.segments_) {
    if (from >= to) break;
    auto first = segment->find(from, segment->size());
    if (!first.ok()) return Error{first.error()};
    if (!*first) continue;
    auto file = segment->files().get(SegmentPart::kLog);
    if (!file.ok()) return Error{file.error()};
    BatchReader reader((*file)->file(), (*first)->position, segment->size(), BatchReader::kScanWindow);
    while (from < to) {
      auto batch = reader.next();
      if (!batch.ok()) return Error{batch.error()};
      if (!*batch) break;
      const BatchHeader& header = (*batch)->header;
      if (header.leader_epoch.value < 0) return {};  // of a time before epochs
      found.assign(header.leader_epoch, std::max(header.base_offset, log_.start_));
      from = header.next_offset();
    }
  }
  return {};
}

DiskResult<> LogLoader::settle_producers() {
  // What was read has told the producers' history already.
  const bool is_known = has_read_ && log_.producers_.end() == log_.end_;
  auto done = is_known ? log_.locate_transactions() : log_.restore_producers(log_.end_, now_ms_);
  if (!done.ok()) return done;
  std::set<Offset> bases;
  for (const auto& segment : log_.segments_) bases.insert(segment->base());
  return log_.snapshots_.remove_strays(bases);
}

DiskResult<> Log::restore_producers(Offset end, int64_t now_ms) {
  auto snapshot = snapshots_.load_newest(end, now_ms, config_.producer_id_expiration_ms);
  if (!snapshot.ok()) return Error{snapshot.error()};
  producers_ = snapshot->value_or(ProducerState());
  for (const auto& segment : segments_) {
    auto first = segment->find(producers_.end(), segment->size());
    if (!first.ok()) return Error{first.error()};
    if (!*first || (*first)->header.base_offset >= end) continue;
    auto file = segment->files().get(SegmentPart::kLog);
    if (!file.ok()) return Error{file.error()};
    BatchReader reader((*file)->file(), (*first)->position, segment->size(), BatchReader::kScanWindow);
    while (true) {
      auto batch = reader.next();
      if (!batch.ok()) return Error{batch.error()};
      if (!*batch || (*batch)->header.base_offset >= end) break;
      auto marker = reader.marker(**batch);
      if (!marker.ok()) return Error{marker.error()};
      const BatchHeader& header = (*batch)->header;
      producers_.apply(header, *marker, {header.base_offset, segment->base(), (*batch)->position});
    }
  }
  producers_.set_end(end);
  return locate_transactions();
}

DiskResult<> Log::locate_transactions() {
  const auto unstable = producers_.unstable();
  for (const auto& [first_offset, txn] : unstable) {
    if (txn.first.is_located()) continue;
    for (const auto& segment : segments_) {
      if (segment->base() > first_offset) break;
      auto batch = segment->find(first_offset, segment->size());
      if (!batch.ok()) return Error{batch.error()};
      if (!*batch || (*batch)->header.base_offset > first_offset) continue;
      producers_.locate(first_offset, {(*batch)->header.base_offset, segment->base(), (*batch)->position});
    }
  }
  return {};
}

}  // namespace klamm::storage
