#include "storage/log_view.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::storage {

uint64_t LogView::size_bytes() const {
  uint64_t total = 0;
  for (const auto& segment : *segments_) total += segment->size();
  return total;
}

size_t LogView::floor_segment(Offset offset) const {
  auto above =
      std::ranges::upper_bound(*segments_, offset, {}, [](const auto& segment) { return segment->base(); });
  return above == segments_->begin() ? 0 : static_cast<size_t>(above - segments_->begin()) - 1;
}

uint32_t LogView::readable_end(const Segment& segment, const LogPosition& limit) {
  if (segment.base() < limit.segment_base) return segment.size();
  return segment.base() == limit.segment_base ? limit.position : 0;
}

DiskResult<std::optional<LogView::Found>> LogView::find(Offset from, const LogPosition& limit) const {
  CHECK(limit.is_located());
  if (from >= limit.offset) return std::optional<Found>();
  // Compaction may have left nothing from `from` on in the segment it falls into.
  for (size_t at = floor_segment(from); at < segments_->size(); ++at) {
    const Segment& segment = *(*segments_)[at];
    const uint32_t end = readable_end(segment, limit);
    auto batch = segment.find(from, end);
    if (!batch.ok()) return Error{batch.error()};
    if (*batch) return std::optional(Found{&segment, **batch, end});
  }
  return std::optional<Found>();
}

DiskResult<ReadResult> LogView::read(Offset from, const LogPosition& limit, uint32_t max_bytes,
                                     bool at_least_one) const {
  auto found = find(from, limit);
  if (!found.ok()) return Error{found.error()};
  ReadResult result;
  result.start = limit;
  result.unexamined = unexamined(from, *found);
  if (!*found) return result;

  const auto& [segment, batch, end] = **found;
  result.start = {batch.header.base_offset, segment->base(), batch.position};
  result.first_batch_size = batch.header.size;
  result.readable = end - batch.position;
  const uint32_t wanted = at_least_one ? std::max(max_bytes, batch.header.size) : max_bytes;
  const uint32_t size = std::min(wanted, result.readable);
  if (size == 0) return result;
  auto file = segment->files().get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  result.slice = {*std::move(file), batch.position, size};
  return result;
}

// Batches that were passed over are relied on as well: damage may have hidden the one that was looked for.
std::shared_ptr<Segment> LogView::unexamined(Offset from, const std::optional<Found>& found) const {
  for (size_t at = floor_segment(from); at + 1 < segments_->size(); ++at) {
    const std::shared_ptr<Segment>& segment = (*segments_)[at];
    const bool is_found = found && found->segment == segment.get();
    if (segment->files().unexamined() > (is_found ? found->batch.position : 0)) return segment;
    if (is_found) break;
  }
  return nullptr;
}

DiskResult<LogPosition> LogView::locate(Offset offset, const LogPosition& limit) const {
  auto found = find(offset, limit);
  if (!found.ok()) return Error{found.error()};
  if (!*found) return limit;
  return LogPosition{(*found)->batch.header.base_offset, (*found)->segment->base(), (*found)->batch.position};
}

DiskResult<std::optional<FoundBatch>> LogView::pin(const Segment& segment, const BatchAt& batch) const {
  auto file = segment.files().get(SegmentPart::kLog);
  if (!file.ok()) return Error{file.error()};
  return std::optional(FoundBatch{batch.header,
                                  {batch.header.base_offset, segment.base(), batch.position},
                                  {*std::move(file), batch.position, batch.header.size}});
}

// The first batch of the largest timestamp in what `segment` holds from `from` on. Where that is not the
// segment's own largest, which the time index knows, each batch is a step to the next one that is younger.
DiskResult<std::optional<BatchAt>> LogView::youngest_batch(const Segment& segment, Offset from,
                                                           uint32_t end) {
  auto noted = segment.max_timestamp(end);
  if (!noted.ok()) return Error{noted.error()};
  if (noted->timestamp < 0) return std::optional<BatchAt>();
  if (noted->offset >= from) return segment.find(noted->offset, end);
  std::optional<BatchAt> youngest;
  while (true) {
    auto younger = segment.find_timestamp(youngest ? youngest->header.max_timestamp + 1 : 0, from, end);
    if (!younger.ok() || !*younger) return younger.ok() ? youngest : younger;
    youngest = **younger;
  }
}

DiskResult<std::optional<FoundBatch>> LogView::find_timestamp(int64_t timestamp, const LogPosition& limit,
                                                              Offset from) const {
  for (const auto& segment : *segments_) {
    const uint32_t end = readable_end(*segment, limit);
    auto youngest = segment->max_timestamp(end);
    if (!youngest.ok()) return Error{youngest.error()};
    if (youngest->timestamp < timestamp) continue;
    auto batch = segment->find_timestamp(timestamp, std::max(start_, from), end);
    if (!batch.ok()) return Error{batch.error()};
    if (*batch) return pin(*segment, **batch);
  }
  return std::optional<FoundBatch>();
}

DiskResult<std::optional<FoundBatch>> LogView::find_max_timestamp(const LogPosition& limit,
                                                                  Offset from) const {
  from = std::max(start_, from);
  const Segment* best = nullptr;
  std::optional<BatchAt> youngest;
  for (const auto& segment : *segments_) {
    auto batch = youngest_batch(*segment, from, readable_end(*segment, limit));
    if (!batch.ok()) return Error{batch.error()};
    if (!*batch || (youngest && (*batch)->header.max_timestamp <= youngest->header.max_timestamp)) continue;
    best = segment.get();
    youngest = **batch;
  }
  if (!best) return std::optional<FoundBatch>();
  return pin(*best, *youngest);
}

DiskResult<Offset> LogView::offset_bound(const ReadResult& read, const LogPosition& limit) const {
  const size_t at = floor_segment(read.start.segment_base);
  auto bound = (*segments_)[at]->offset_bound(read.start.position, read.slice.size);
  if (!bound.ok()) return Error{bound.error()};
  if (*bound) return std::min(limit.offset, **bound);
  if (at + 1 < segments_->size()) return std::min(limit.offset, (*segments_)[at + 1]->base());
  return limit.offset;
}

DiskResult<std::vector<AbortedTxn>> LogView::aborted_transactions(Offset from, const ReadResult& read,
                                                                  const LogPosition& limit) const {
  // Most logs have none, which is known without a look into any file.
  auto first = segments_->begin() + static_cast<ptrdiff_t>(floor_segment(from));
  bool none = std::all_of(first, segments_->end(),
                          [](const auto& segment) { return segment->txn_index().count() == 0; });
  if (none) return std::vector<AbortedTxn>();
  auto to = offset_bound(read, limit);
  if (!to.ok()) return Error{to.error()};
  return aborted_transactions(from, *to);
}

DiskResult<std::vector<AbortedTxn>> LogView::aborted_transactions(Offset from, Offset to) const {
  std::vector<AbortedTxn> found;
  for (size_t at = floor_segment(from); at < segments_->size(); ++at) {
    auto done = (*segments_)[at]->txn_index().collect(from, to, found);
    if (!done.ok()) return Error{done.error()};
    if (*done) break;
  }
  return found;
}

std::optional<LogPosition> LogView::first_unstable(Offset high_watermark) const {
  if (!unstable_) return std::nullopt;
  for (const UnstableTxn& txn : *unstable_) {
    if (txn.marker && *txn.marker < high_watermark) continue;
    if (txn.first.offset >= high_watermark) break;
    if (txn.first.offset >= start_) return txn.first;
    return LogPosition{start_};
  }
  return std::nullopt;
}

}  // namespace klamm::storage
