#include "storage/log.h"

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/logging.h"
#include "storage/log_recovery.h"

namespace klamm::storage {

Log::Log(Disk& disk, std::shared_ptr<const std::string> directory, const LogConfig& config)
    : disk_(disk),
      directory_(std::move(directory)),
      config_(config),
      epochs_(std::make_shared<LeaderEpochs>()),
      snapshots_(disk, directory_) {}

DiskResult<std::unique_ptr<Log>> Log::open(Disk& disk, const std::string& directory, const LogConfig& config,
                                           const OpenHints& hints, int64_t now_ms) {
  std::unique_ptr<Log> log(new Log(disk, std::make_shared<const std::string>(directory), config));
  LogLoader loader(*log, hints, now_ms);
  auto loaded = loader.load();
  if (!loaded.ok()) return Error{loaded.error()};
  log->publish();
  return log;
}

LogPosition Log::end() const {
  if (segments_.empty()) return LogPosition{end_};  // a truncation failed half-way: is_failed()
  return {end_, active().base(), active().size()};
}

void Log::publish() {
  if (!std::exchange(view_changed_, false) || segments_.empty()) return;
  auto view = std::make_shared<LogView>();
  view->start_ = start_;
  view->local_start_ = std::max(start_, segments_.front()->base());
  const bool same_segments = view_ && *view_->segments_ == segments_;
  view->segments_ = same_segments ? view_->segments_ : std::make_shared<const SegmentList>(segments_);
  view->epochs_ = epochs_;
  if (!producers_.unstable().empty()) {
    std::vector<UnstableTxn> unstable;
    for (const auto& [first, txn] : producers_.unstable()) unstable.push_back(txn);
    view->unstable_ = std::make_shared<const std::vector<UnstableTxn>>(std::move(unstable));
  }
  view_ = std::move(view);
}

DiskResult<> Log::fail(DiskError error) {
  if (!is_full(error) || segments_.empty() || active().is_broken()) return give_up(std::move(error));
  return Error{std::move(error)};
}

DiskResult<> Log::give_up(DiskError error) {
  failed_ = true;
  // For the next start, as long as the machine is up, and so not synced. If it cannot be made, nobody can
  // do better.
  (void)disk_.open(*directory_ + "/" + std::string(kFailedFile), OpenMode::kCreate);
  // Room that comes back does not help any more.
  return Error{is_full(error) ? DiskError{EIO, std::move(error.what)} : std::move(error)};
}

AppendResult Log::append(std::span<const ByteView> batches, int64_t now_ms) {
  CHECK(!failed_);
  std::vector<BatchHeader> headers;
  Offset next = end_;
  for (ByteView bytes : batches) {
    auto header = BatchHeader::decode(bytes);
    CHECK(header && header->size == bytes.size() && header->base_offset >= next);
    next = header->next_offset();
    headers.push_back(*header);
  }
  const Segment::RollRule rule{static_cast<uint32_t>(config_.segment_bytes),
                               config_.segment_ms - config_.segment_jitter_ms,
                               static_cast<uint32_t>(config_.segment_index_bytes)};
  AppendResult result;
  while (result.appended < batches.size()) {
    const size_t first = result.appended;
    Segment::Pending pending;
    DiskResult<> done;
    while (done.ok() && first + pending.batches < batches.size()) {
      const BatchHeader& header = headers[first + pending.batches];
      auto must_roll = active().must_roll(header, pending, rule, now_ms);
      if (!must_roll.ok()) done = Error{must_roll.error()};
      if (!done.ok() || (*must_roll && pending.batches > 0)) break;
      if (*must_roll) {
        // The next segment begins where this one ends, so that a gap between the two would show a loss; only
        // an offset that is too far away begins one of its own.
        const bool is_far = header.last_offset() - end_ > std::numeric_limits<int32_t>::max();
        done = roll_at(is_far ? header.base_offset : end_, now_ms);
        result.rolled = true;
        if (!done.ok()) break;
      }
      if (pending.batches++ == 0) pending.first_timestamp = header.max_timestamp;
      pending.bytes += header.size;
    }
    if (done.ok()) {
      done = append_run(batches.subspan(first, pending.batches),
                        std::span(headers).subspan(first, pending.batches));
    }
    if (!done.ok()) {
      result.failure = fail(done.error()).error();
      break;
    }
    result.appended += pending.batches;
  }
  publish();
  return result;
}

DiskResult<> Log::append_run(std::span<const ByteView> batches, std::span<const BatchHeader> headers) {
  // Hardly ever is there anything to note: then the table is not copied.
  const auto latest = epochs_->latest();
  const bool all_known = std::ranges::all_of(headers, [&](const BatchHeader& header) {
    if (header.leader_epoch.value < 0) return true;
    return latest && latest->epoch == header.leader_epoch && latest->start <= header.base_offset;
  });
  if (!all_known) note_epochs(headers);
  is_as_closed_ = false;
  uint32_t position = active().size();
  auto appended = active().append(batches, headers, static_cast<uint32_t>(config_.index_interval_bytes));
  if (!appended.ok()) return appended;
  for (size_t i = 0; i < batches.size(); ++i) {
    auto noted = note_appended(batches[i], headers[i], position);
    if (!noted.ok()) {
      failed_ = true;  // the batch is in the log, but not what it means
      return noted;
    }
    position += headers[i].size;
  }
  return {};
}

void Log::note_epochs(std::span<const BatchHeader> headers) {
  LeaderEpochs epochs = *epochs_;
  for (const BatchHeader& header : headers)
    if (header.leader_epoch.value >= 0) epochs.assign(header.leader_epoch, header.base_offset);
  set_epochs(std::move(epochs));
}

DiskResult<> Log::note_appended(ByteView bytes, const BatchHeader& header, uint32_t position) {
  end_ = header.next_offset();
  const auto marker = header.is_control() && header.has_producer() ? decode_txn_marker(bytes) : std::nullopt;
  const size_t open_before = producers_.unstable().size();
  auto completed = producers_.apply(header, marker, {header.base_offset, active().base(), position});
  view_changed_ |= completed || producers_.unstable().size() != open_before;
  if (!completed || !completed->aborted) return {};
  return active().append_aborted({completed->producer_id, completed->first_offset, completed->last_offset,
                                  completed->last_stable_offset});
}

void Log::set_epochs(LeaderEpochs changed) {
  epochs_ = std::make_shared<const LeaderEpochs>(std::move(changed));
  view_changed_ = true;
}

void Log::assign_epoch(Epoch epoch, Offset start) {
  LeaderEpochs changed = *epochs_;
  if (!changed.assign(epoch, start)) return;
  set_epochs(std::move(changed));
  publish();
}

DiskResult<> Log::begin_segment(Offset base, int64_t now_ms) {
  auto segment = Segment::create(std::make_shared<SegmentFiles>(disk_, directory_, base), now_ms);
  if (!segment.ok()) return Error{segment.error()};
  segments_.push_back(*std::move(segment));
  names_unsynced_ = true;
  is_as_closed_ = false;
  view_changed_ = true;
  return {};
}

DiskResult<> Log::roll_at(Offset base, int64_t now_ms) {
  CHECK(base >= end_ && base > active().base());
  auto sealed = active().seal();
  if (sealed.ok() && segments_.size() == 1 && names_unsynced_) {
    // A power cut may keep the next name and lose this one: the log would begin there. Behind one that is
    // durable, a hole is seen.
    sealed = disk_.sync_directory(*directory_);
    if (sealed.ok()) names_unsynced_ = false;
  }
  if (!sealed.ok()) return sealed;
  auto begun = begin_segment(base, now_ms);
  if (!begun.ok()) return begun;
  const size_t before = segments_.size() - 2;
  if (segments_[before]->size() > 0) {
    segments_[before] = segments_[before]->sealed();
  } else {
    auto retired = retire(segments_[before]);
    if (!retired.ok()) return retired;
    segments_.erase(segments_.begin() + static_cast<ptrdiff_t>(before));
  }
  end_ = base;
  producers_.set_end(base);
  return snapshots_.write(producers_);
}

DiskResult<> Log::roll(int64_t now_ms) {
  if (active().size() == 0) return {};
  auto rolled = roll_at(end_, now_ms);
  if (!rolled.ok()) return fail(rolled.error());
  publish();
  return {};
}

void Log::close_idle_files() {
  for (const auto& segment : segments_) segment->close_idle_files();
}

void Log::close_sealed_files() {
  for (size_t i = 0; i + 1 < segments_.size(); ++i) segments_[i]->close_idle_files();
}

void Log::on_high_watermark(Offset high_watermark) {
  view_changed_ |= producers_.on_high_watermark(high_watermark);
  publish();
}

void Log::expire_producers(int64_t now_ms) { producers_.expire(now_ms, config_.producer_id_expiration_ms); }

}  // namespace klamm::storage
