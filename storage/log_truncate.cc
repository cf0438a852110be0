// What makes a log shorter: truncation at its end, retention and delete-records at its start.
//
// A crash in between must leave a log without a hole. Segments are therefore taken away one at a time, from
// the outside in, and each is durably gone before the next is touched.
#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/logging.h"
#include "storage/log.h"

namespace klamm::storage {

DiskResult<> RetiredFiles::remove(Disk& disk) const {
  for (const auto& files : segments) {
    auto removed = files->remove();
    if (!removed.ok()) return removed;
  }
  for (const std::string& path : paths) {
    auto removed = disk.remove(path);
    if (!removed.ok() && removed.error().code != ENOENT) return removed;
  }
  return {};
}

RetiredFiles Log::take_retired() { return std::exchange(retired_, {}); }

DiskResult<> Log::retire(std::shared_ptr<Segment> segment) {
  // Another segment with this base may come and go before the files are removed, so nobody opens them by name
  // again.
  auto renamed = segment->files().retire_as(kDeletedSuffix);
  if (!renamed.ok()) return renamed;
  view_changed_ = true;
  retired_.segments.push_back(segment->shared_files());
  auto snapshot = snapshots_.retire(segment->base());
  if (!snapshot.ok()) return Error{snapshot.error()};
  if (*snapshot) retired_.paths.push_back(**std::move(snapshot));
  return {};
}

// Half a truncation is none: a full disk that has no room for the longer names loses the files at once.
DiskResult<> Log::retire_back(size_t keep) {
  for (; segments_.size() > keep; segments_.pop_back()) {
    auto retired = retire(segments_.back());
    if (!retired.ok() && is_full(retired.error())) retired = remove_now(*segments_.back());
    if (!retired.ok()) return retired;
  }
  return {};
}

DiskResult<> Log::remove_now(Segment& segment) {
  auto removed = segment.files().remove();
  if (removed.ok()) removed = snapshots_.remove(segment.base());
  view_changed_ = true;
  return removed.ok() ? disk_.sync_directory(*directory_) : removed;
}

DiskResult<> Log::retire_front(size_t count, int64_t now_ms) {
  if (count == 0) return {};
  if (count == segments_.size()) {
    // The end of the log must outlive its content: the new segment's name carries it.
    auto rolled = roll_at(end_, now_ms);
    if (rolled.ok()) rolled = disk_.sync_directory(*directory_);
    if (!rolled.ok()) return rolled;
  }
  // What the segments told of their producers is only in snapshots from now on.
  for (const auto& snapshot : snapshots_.take_unsynced()) {
    auto synced = snapshot->sync();
    if (!synced.ok()) return synced;
  }
  // And what stays has durable names, before any other goes.
  if (auto named = disk_.sync_directory(*directory_); !named.ok()) return named;
  DiskResult<> done;
  for (size_t i = 0; i < count && done.ok(); ++i) {
    done = retire(segments_.front());
    if (done.ok()) segments_.erase(segments_.begin());
  }
  const Offset base = segments_.front()->base();
  flushed_ = std::max(flushed_, base);
  if (base <= start_) return done;
  start_ = base;
  LeaderEpochs epochs = *epochs_;
  if (epochs.truncate_from_start(start_)) set_epochs(std::move(epochs));
  return done;
}

DiskResult<> Log::truncate_to(Offset offset, int64_t now_ms) {
  CHECK(!failed_ && offset.value >= 0);
  if (offset < segments_.front()->base()) return truncate_fully_and_start_at(offset, now_ms);
  if (offset >= end_) {
    forget_epochs_from(offset);
    publish();
    return {};
  }
  size_t keep = segments_.size();
  while (segments_[keep - 1]->base() > offset) --keep;
  const Segment& last = *segments_[keep - 1];
  auto found = last.find(offset, last.size());
  if (!found.ok()) return fail(found.error());
  const uint32_t position = *found ? (*found)->position : last.size();
  if (*found) offset = std::min(offset, (*found)->header.base_offset);
  return cut_back(keep, position, offset, now_ms);
}

DiskResult<> Log::cut_at(const LogPosition& where, int64_t now_ms) {
  CHECK(!failed_ && where.is_located());
  auto at =
      std::ranges::find(segments_, where.segment_base, [](const auto& segment) { return segment->base(); });
  if (at == segments_.end() || (*at)->size() <= where.position) return {};
  const auto keep = static_cast<size_t>(at - segments_.begin()) + 1;
  return cut_back(keep, where.position, where.offset, now_ms);
}

DiskResult<> Log::cut_back(size_t keep, uint32_t position, Offset end, int64_t now_ms) {
  LOG_INFO("{}: truncating from {} to {}", *directory_, end_.value, end.value);
  // What there may be no room for comes first: then the log is as it was.
  auto cut = segments_[keep - 1]->prepare_cut(end, position);
  if (!cut.ok()) return fail(cut.error());
  ++truncations_;
  is_as_closed_ = false;
  auto done = end_cut(keep, *cut, end, now_ms);
  if (!done.ok()) return give_up(done.error());
  publish();
  return {};
}

DiskResult<> Log::end_cut(size_t keep, const Segment::Cut& cut, Offset end, int64_t now_ms) {
  auto done = retire_back(keep);
  if (!done.ok()) return done;
  auto shorter = active().truncated(cut, now_ms);
  if (!shorter.ok()) return Error{shorter.error()};
  segments_.back() = *std::move(shorter);
  view_changed_ = true;
  end_ = end;
  start_ = std::min(start_, end_);
  flushed_ = std::min(flushed_, end_);
  indexes_synced_below_ = std::min(indexes_synced_below_, active().base());
  forget_epochs_from(end);
  done = restore_producers(end_, now_ms);
  // The snapshots that went must not come back: they would describe records that were cut off.
  return done.ok() ? disk_.sync_directory(*directory_) : done;
}

void Log::forget_epochs_from(Offset end) {
  LeaderEpochs epochs = *epochs_;
  if (epochs.truncate_from_end(end)) set_epochs(std::move(epochs));
}

DiskResult<> Log::cut_at_gap(int64_t now_ms) {
  if (!gap_) return {};
  LOG_ERROR(
      "{}: the log goes on behind offset {} after a gap, which a power cut explains: what stands behind "
      "it is cut off",
      *directory_, gap_->value);
  auto cut = truncate_to(*gap_, now_ms);
  if (cut.ok()) gap_.reset();
  return cut;
}

DiskResult<> Log::truncate_fully_and_start_at(Offset offset, int64_t now_ms) {
  CHECK(!failed_ && offset.value >= 0);
  LOG_INFO("{}: dropping everything and starting at {}", *directory_, offset.value);
  ++truncations_;
  auto done = retire_back(0);
  for (const Offset snapshot : std::set(snapshots_.offsets()))
    if (done.ok()) done = snapshots_.remove(snapshot);
  if (done.ok()) done = begin_anew_at(offset, now_ms);
  start_ = end_ = flushed_ = indexes_synced_below_ = offset;
  producers_ = ProducerState();
  producers_.set_end(offset);
  set_epochs({});
  if (!done.ok()) return give_up(done.error());
  publish();
  return {};
}

// A disk that is full has room when what was dropped is not kept for its delay.
DiskResult<> Log::begin_anew_at(Offset offset, int64_t now_ms) {
  auto begun = begin_segment(offset, now_ms);
  if (!begun.ok() && is_full(begun.error())) {
    begun = std::exchange(retired_, {}).remove(disk_);
    if (begun.ok()) begun = begin_segment(offset, now_ms);
  }
  return begun.ok() ? disk_.sync_directory(*directory_) : begun;
}

DiskResult<bool> Log::advance_start(Offset offset) {
  CHECK(!failed_ && offset <= end_);
  if (offset <= start_) return false;
  start_ = offset;
  view_changed_ = true;
  LeaderEpochs epochs = *epochs_;
  if (epochs.truncate_from_start(offset)) set_epochs(std::move(epochs));
  publish();
  return true;
}

DiskResult<> Log::apply_retention(Offset high_watermark, int64_t now_ms) {
  CHECK(!failed_);
  // How many segments at the front may go, of those that `breached` says should.
  const auto count_front = [&](auto breached) -> DiskResult<size_t> {
    size_t count = 0;
    for (; count < segments_.size(); ++count) {
      const bool is_last = count + 1 == segments_.size();
      const Offset bound = is_last ? end_ : segments_[count + 1]->base();
      if (high_watermark < bound || (is_last && segments_[count]->size() == 0)) break;
      DiskResult<bool> goes = breached(*segments_[count], bound, is_last);
      if (!goes.ok()) return Error{goes.error()};
      if (!*goes) break;
    }
    return count;
  };
  const auto below_start = [&](Segment&, Offset bound, bool is_last) -> DiskResult<bool> {
    return !is_last && bound <= start_;
  };
  int64_t excess = 0;  // bytes beyond retention.bytes
  const auto too_much = [&](Segment& segment, Offset, bool) -> DiskResult<bool> {
    if (excess < segment.size()) return false;
    excess -= segment.size();
    return true;
  };
  const auto too_old = [&](Segment& segment, Offset, bool) -> DiskResult<bool> {
    auto youngest = segment.age_timestamp();
    if (!youngest.ok()) return Error{youngest.error()};
    return now_ms - *youngest > config_.retention_ms;
  };

  auto count = count_front(below_start);
  auto done = count.ok() ? retire_front(*count, now_ms) : DiskResult<>(Error{count.error()});
  if (done.ok() && config_.remove && config_.retention_bytes >= 0) {
    excess = -config_.retention_bytes;
    for (const auto& segment : segments_) excess += segment->size();
    count = count_front(too_much);
    done = count.ok() ? retire_front(*count, now_ms) : DiskResult<>(Error{count.error()});
  }
  if (done.ok() && config_.remove && config_.retention_ms >= 0) {
    count = count_front(too_old);
    done = count.ok() ? retire_front(*count, now_ms) : DiskResult<>(Error{count.error()});
  }
  if (!done.ok()) {
    publish();  // without the segments that have gone before
    return fail(done.error());
  }
  close_sealed_files();
  publish();
  return {};
}

}  // namespace klamm::storage
