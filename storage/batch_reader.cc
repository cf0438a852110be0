#include "storage/batch_reader.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::storage {

namespace {

// From so many batches in a window on, it is worth to read it whole.
constexpr uint32_t kBatchesInWindow = 8;

}  // namespace

DiskResult<ByteView> BatchReader::bytes(uint32_t position, uint32_t size, uint32_t ahead) {
  CHECK(position <= end_);
  size = std::min({size, end_ - position, window_size_});
  const bool inside = position >= window_position_ && position + size <= window_position_ + window_filled_;
  if (!inside) {
    const uint32_t wanted = std::min({std::max(size, ahead), window_size_, end_ - position});
    window_.resize(wanted);
    auto got = file_.read_at(position, std::span(window_).first(wanted));
    if (!got.ok()) return Error{got.error()};
    window_position_ = position;
    window_filled_ = static_cast<uint32_t>(*got);
    size = std::min(size, window_filled_);
  }
  return ByteView(window_).subspan(position - window_position_, size);
}

DiskResult<std::optional<BatchAt>> BatchReader::next() {
  if (position_ >= end_) return std::optional<BatchAt>();
  auto header_bytes = bytes(position_, BatchHeader::kSize, ahead_);
  if (!header_bytes.ok()) return Error{header_bytes.error()};
  auto header = BatchHeader::decode(*header_bytes);
  if (!header || header->size > end_ - position_) return std::optional<BatchAt>();
  BatchAt batch{*header, position_};
  position_ += header->size;
  if (header->size <= window_size_ / kBatchesInWindow) ahead_ = window_size_;
  return std::optional(batch);
}

DiskResult<bool> BatchReader::verify(const BatchAt& batch) {
  uint32_t crc = 0;
  for (uint32_t at = batch.position + batch.header.crc_begin(); at < batch.end();) {
    auto piece = bytes(at, batch.end() - at, window_size_);
    if (!piece.ok()) return Error{piece.error()};
    if (piece->empty()) return false;
    crc = batch.header.crc_of(*piece, crc);
    at += static_cast<uint32_t>(piece->size());
  }
  return crc == batch.header.crc;
}

DiskResult<std::optional<TxnMarker>> BatchReader::marker(const BatchAt& batch) {
  if (!batch.header.is_control() || !batch.header.has_producer()) return std::optional<TxnMarker>();
  auto content = bytes(batch.position, batch.header.size, 0);
  if (!content.ok()) return Error{content.error()};
  return decode_txn_marker(*content);
}

}  // namespace klamm::storage
