#include "protocol/record_batch.h"

#include "base/crc32c.h"

namespace klamm::protocol {
namespace {

using namespace batch_layout;

// A legacy entry's attributes are one byte, and its timestamp (magic 1 only) follows them.
constexpr size_t kLegacyAttributes = 17;
constexpr size_t kLegacyTimestamp = 18;
constexpr size_t kMagic1SizeMin = 34;

size_t size_min(int8_t magic) {
  switch (magic) {
    case 0: return kLegacySizeMin;
    case 1: return kMagic1SizeMin;
    default: return kRecords;
  }
}

}  // namespace

BatchFrame peek_batch(ByteView bytes) {
  using State = BatchFrame::State;
  if (bytes.size() < kBeforeLengthCounts) return {State::kTruncated, 0};
  int32_t length = static_cast<int32_t>(load_be32(&bytes[kLength]));
  size_t size = kBeforeLengthCounts + static_cast<size_t>(length);
  if (length < 0 || size < kLegacySizeMin) return {State::kCorrupt, 0};
  if (bytes.size() < kUpToMagic) return {State::kTruncated, 0};
  int8_t magic = static_cast<int8_t>(bytes[kMagic]);
  if (magic < 0 || magic > 2 || size < size_min(magic)) return {State::kCorrupt, 0};
  if (bytes.size() < size) return {State::kTruncated, size};
  return {State::kWhole, size};
}

std::optional<size_t> batch_size(ByteView bytes) {
  BatchFrame frame = peek_batch(bytes);
  if (frame.size == 0) return std::nullopt;
  return frame.size;
}

uint16_t BatchView::attributes() const {
  if (is_legacy()) return bytes_[kLegacyAttributes] & (kCodecMask | kLogAppendTime);
  return load_be16(&bytes_[kAttributes]) & kMeaningful;
}

std::optional<int64_t> BatchView::delete_horizon_ms() const {
  if (is_legacy() || !(attributes() & kDeleteHorizon)) return std::nullopt;
  return base_timestamp();
}

int64_t BatchView::max_timestamp() const {
  switch (magic()) {
    case 0: return kNoTimestamp;
    case 1: return i64(kLegacyTimestamp);
    default: return i64(kMaxTimestamp);
  }
}

int16_t BatchView::producer_epoch() const {
  return is_legacy() ? kNoProducerEpoch : static_cast<int16_t>(load_be16(&bytes_[kProducerEpoch]));
}

int32_t BatchView::last_sequence() const {
  int32_t first = base_sequence();
  return first == kNoSequence ? kNoSequence : sequence_after(first, last_offset_delta());
}

uint32_t BatchView::computed_crc() const { return crc32c(bytes_.subspan(kAttributes)); }

std::optional<BatchView> BatchCursor::next() {
  if (end_ != End::kNotYet) return std::nullopt;
  ByteView rest = run_.subspan(position_);
  if (rest.empty()) {
    end_ = End::kClean;
    return std::nullopt;
  }
  BatchFrame frame = peek_batch(rest);
  if (frame.state != BatchFrame::State::kWhole) {
    end_ = frame.state == BatchFrame::State::kTruncated ? End::kTruncated : End::kCorrupt;
    return std::nullopt;
  }
  position_ += frame.size;
  return BatchView(rest.first(frame.size));
}

void patch_base_offset(MutableBatch batch, Offset offset) {
  store_be64(&batch[kBaseOffset], static_cast<uint64_t>(offset.value));
}

void patch_leader_epoch(MutableBatch batch, Epoch epoch) {
  store_be32(&batch[kLeaderEpoch], static_cast<uint32_t>(epoch.value));
}

void patch_max_timestamp_and_type(MutableBatch batch, int64_t max_timestamp, TimestampType type) {
  BatchView view(batch);
  if (view.max_timestamp() == max_timestamp && view.timestamp_type() == type) return;
  uint16_t attributes = view.attributes() & ~kLogAppendTime;
  if (type == TimestampType::kLogAppendTime) attributes |= kLogAppendTime;
  store_be16(&batch[kAttributes], attributes);
  store_be64(&batch[kMaxTimestamp], static_cast<uint64_t>(max_timestamp));
  refresh_crc(batch);
}

void refresh_crc(MutableBatch batch) { store_be32(&batch[kCrc], BatchView(batch).computed_crc()); }

}  // namespace klamm::protocol
