#include "storage/segment.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/check.h"
#include "base/logging.h"

namespace klamm::storage {
namespace {

DiskResult<std::optional<BatchAt>> first_reaching(Offset offset, BatchReader& reader) {
  while (true) {
    auto batch = reader.next();
    if (!batch.ok() || !*batch || (*batch)->header.last_offset() >= offset) return batch;
  }
}

}  // namespace

Segment::Segment(std::shared_ptr<SegmentFiles> files, const Content& content, int64_t created_ms)
    : files_(std::move(files)),
      size_(content.size),
      offset_index_(*files_, content.offset_entries),
      time_index_(*files_, content.time_entries),
      txn_index_(*files_, content.txn_entries),
      created_ms_(created_ms) {
  if (content.size == 0) max_timestamp_ = TimestampAt{-1, base()};
}

DiskResult<std::shared_ptr<Segment>> Segment::create(std::shared_ptr<SegmentFiles> files, int64_t now_ms) {
  auto stray = files->disk().remove(files->path(SegmentPart::kTxnIndex));
  if (!stray.ok() && stray.error().code != ENOENT) return Error{stray.error()};
  for (SegmentPart part : {SegmentPart::kOffsetIndex, SegmentPart::kTimeIndex, SegmentPart::kLog}) {
    auto file = files->create(part);
    if (!file.ok()) return Error{file.error()};
    auto size = (*file)->file().size();
    if (!size.ok()) return Error{size.error()};
    if (*size == 0) continue;
    auto emptied = (*file)->file().truncate(0);
    if (!emptied.ok()) return Error{emptied.error()};
  }
  return std::make_shared<Segment>(std::move(files), Content{}, now_ms);
}

DiskResult<std::optional<BatchAt>> Segment::find(Offset from, uint32_t end) const {
  uint32_t position = 0;
  if (from > base()) {
    const int64_t wanted = std::min<int64_t>(from - base(), std::numeric_limits<int32_t>::max());
    auto start = offset_index_.position_before(static_cast<int32_t>(wanted));
    if (!start.ok()) return Error{start.error()};
    if (start->directly && *start->directly < end) {
      auto batch = batch_at(*start->directly, end);
      if (!batch.ok() || (*batch && (*batch)->header.base_offset == from)) return batch;
    }
    position = start->position;
  }
  // Batches that are indexed already, and not yet readable.
  if (end == 0 || (position >= end && position < size())) return std::optional<BatchAt>();
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  BatchReader reader((*file)->file(), std::min(position, end), end, BatchReader::kLookupWindow);
  auto batch = first_reaching(from, reader);
  if (position == 0 || !batch.ok()) return batch;
  // The index has led to a batch behind `from`, past the end, or to what only begins as a batch does, if at
  // all: a record's value can hold one, with nothing behind it.
  const bool is_misled = *batch ? (*batch)->position == position && (*batch)->header.base_offset > from
                                : position >= end || reader.position() < end;
  if (!is_misled) return batch;
  BatchReader whole((*file)->file(), 0, end, BatchReader::kLookupWindow);
  batch = first_reaching(from, whole);
  // Where nothing is found this way either, it is the log that breaks off.
  if (batch.ok() && *batch && !index_doubted_.exchange(true)) {
    LOG_WARN("{} is damaged: it leads past offset {}, to byte {}; the segment is searched from its beginning",
             files_->path(SegmentPart::kOffsetIndex), from.value, position);
  }
  return batch;
}

DiskResult<std::optional<BatchAt>> Segment::batch_at(uint32_t position, uint32_t end) const {
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  return BatchReader((*file)->file(), position, end, BatchReader::kLookupWindow).next();
}

DiskResult<std::optional<BatchAt>> Segment::find_timestamp(int64_t timestamp, Offset from,
                                                           uint32_t end) const {
  auto older = time_index_.offset_before(timestamp);
  if (!older.ok()) return Error{older.error()};
  auto first = find(std::max(base() + *older, from), end);
  if (!first.ok() || !*first) return first;
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  BatchReader reader((*file)->file(), (*first)->position, end, BatchReader::kLookupWindow);
  while (true) {
    auto batch = reader.next();
    if (!batch.ok() || !*batch || (*batch)->header.max_timestamp >= timestamp) return batch;
  }
}

DiskResult<TimestampAt> Segment::max_timestamp(uint32_t end) const {
  TimestampAt best{-1, base()};
  // A time entry is made behind an offset entry: only batches from the last offset entry on can be younger.
  // It is asked for first, since the writer may make another of both meanwhile.
  auto last = offset_index_.last();
  if (!last.ok()) return Error{last.error()};
  auto noted = time_index_.last();
  if (!noted.ok()) return Error{noted.error()};
  if (*noted) best = {(*noted)->timestamp, base() + (*noted)->relative_offset};
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  BatchReader reader((*file)->file(), *last ? (*last)->position : 0, end, BatchReader::kLookupWindow);
  while (true) {
    auto batch = reader.next();
    if (!batch.ok()) return Error{batch.error()};
    if (!*batch) return best;
    const BatchHeader& header = (*batch)->header;
    if (header.max_timestamp > best.timestamp) best = {header.max_timestamp, header.last_offset()};
  }
}

DiskResult<Offset> Segment::next_offset(uint32_t end) const {
  Offset next = base();
  auto last = offset_index_.last();
  if (!last.ok()) return Error{last.error()};
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  BatchReader reader((*file)->file(), *last ? (*last)->position : 0, end, BatchReader::kLookupWindow);
  while (true) {
    auto batch = reader.next();
    if (!batch.ok()) return Error{batch.error()};
    if (!*batch) break;
    next = (*batch)->header.next_offset();
  }
  if (reader.position() != end) {
    return Error{DiskError{EBADMSG, files_->path(SegmentPart::kLog) + " holds no batch at byte " +
                                        std::to_string(reader.position())}};
  }
  return next;
}

DiskResult<std::optional<Offset>> Segment::offset_bound(uint32_t position, uint32_t size) const {
  auto entry = offset_index_.first_from(position + size);
  if (!entry.ok()) return Error{entry.error()};
  return *entry ? std::optional(base() + (*entry)->relative_offset) : std::optional<Offset>();
}

DiskResult<bool> Segment::must_roll(const BatchHeader& batch, const Pending& pending, const RollRule& rule,
                                    int64_t now_ms) {
  const uint64_t size = uint64_t{this->size()} + pending.bytes;
  if (batch.last_offset() - base() > std::numeric_limits<int32_t>::max()) return true;
  if (size == 0) return false;
  if (size + batch.size > rule.segment_bytes) return true;
  // Each batch of the write may add an entry; the time index keeps one free for seal().
  const uint64_t offset_entries = uint64_t{offset_index_.count()} + pending.batches;
  const uint64_t time_entries = uint64_t{time_index_.count()} + pending.batches;
  if (offset_entries >= rule.index_bytes / OffsetEntry::kSize) return true;
  if (time_entries + 1 >= rule.index_bytes / TimeEntry::kSize) return true;
  if (this->size() > 0 && !first_batch_timestamp_) {
    auto first = find(base(), this->size());
    if (!first.ok()) return Error{first.error()};
    if (*first) first_batch_timestamp_ = (*first)->header.max_timestamp;
  }
  const int64_t began = this->size() > 0 ? first_batch_timestamp_.value_or(-1) : pending.first_timestamp;
  // Timestamps may be any number.
  const int64_t waited =
      began >= 0 ? std::max(batch.max_timestamp, int64_t{0}) - began : now_ms - created_ms_;
  return waited > rule.segment_ms;
}

DiskResult<> Segment::load_writer_state() {
  if (has_writer_state_) return {};
  auto noted = time_index_.load_last();
  if (!noted.ok()) return noted;
  if (!max_timestamp_) {
    auto largest = max_timestamp(size());
    if (!largest.ok()) return Error{largest.error()};
    max_timestamp_ = *largest;
  }
  has_writer_state_ = true;
  // This is read once. A node has many logs, and each would keep its indexes open for it: all of them when
  // retention asks for their age.
  files_->close_idle();
  return {};
}

void Segment::close_idle_files() const {
  files_->close_idle();
  offset_index_.forget_block();
  time_index_.forget_block();
}

void Segment::index_batch(const BatchHeader& batch, uint32_t position, uint32_t index_interval_bytes) {
  if (position == 0) first_batch_timestamp_ = batch.max_timestamp;
  if (batch.max_timestamp > max_timestamp_->timestamp)
    max_timestamp_ = {batch.max_timestamp, batch.last_offset()};
  if (bytes_since_index_entry_ > index_interval_bytes) {
    // In this order, which max_timestamp() relies on.
    offset_index_.append({relative(batch.last_offset()), position});
    time_index_.note({max_timestamp_->timestamp, relative(max_timestamp_->offset)});
    bytes_since_index_entry_ = 0;
  }
  bytes_since_index_entry_ += batch.size;
}

DiskResult<> Segment::append(std::span<const ByteView> batches, std::span<const BatchHeader> headers,
                             uint32_t index_interval_bytes) {
  CHECK(batches.size() == headers.size() && !batches.empty());
  CHECK(!broken_);
  auto loaded = load_writer_state();
  if (!loaded.ok()) return loaded;
  auto file = files_->get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  const uint32_t before = size();
  auto written = (*file)->file().write_at(before, batches);
  if (!written.ok()) {
    broken_ = !(*file)->file().truncate(before).ok();
    return written;
  }
  uint32_t end = before;
  for (const BatchHeader& header : headers) end += header.size;
  // Before an index leads there: find() takes an entry behind size() for a damaged one.
  size_.store(end, std::memory_order_release);
  uint32_t position = before;
  for (const BatchHeader& header : headers) {
    index_batch(header, position, index_interval_bytes);
    position += header.size;
  }
  return {};
}

DiskResult<> Segment::adopt(const BatchHeader& batch, uint32_t index_interval_bytes) {
  auto loaded = load_writer_state();
  if (!loaded.ok()) return loaded;
  index_batch(batch, size(), index_interval_bytes);
  size_.store(size() + batch.size, std::memory_order_release);
  return {};
}

DiskResult<> Segment::write_indexes() {
  auto offsets = offset_index_.write_out(*files_);
  return offsets.ok() ? time_index_.write_out(*files_) : offsets;
}

DiskResult<> Segment::seal() {
  auto loaded = load_writer_state();
  if (!loaded.ok()) return loaded;
  if (max_timestamp_->timestamp >= 0)
    time_index_.note({max_timestamp_->timestamp, relative(max_timestamp_->offset)});
  return write_indexes();
}

std::shared_ptr<Segment> Segment::sealed() const {
  auto same = std::make_shared<Segment>(
      files_, Content{size(), offset_index_.count(), time_index_.count(), txn_index_.count()}, created_ms_);
  same->max_timestamp_ = max_timestamp_;
  return same;
}

DiskResult<int64_t> Segment::age_timestamp() {
  auto loaded = load_writer_state();
  if (!loaded.ok()) return Error{loaded.error()};
  return max_timestamp_->timestamp >= 0 ? max_timestamp_->timestamp : created_ms_;
}

}  // namespace klamm::storage
