#include "broker/net/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "broker/net/unlike_kafka.h"

namespace klamm::broker::net {

PooledFrame::~PooledFrame() { pool_->give_back(std::move(buffer_)); }

FrameReader::FrameReader(std::shared_ptr<BufferPool> pool, MemoryPart& part, size_t size_max)
    : pool_(std::move(pool)), part_(&part), size_max_(size_max) {}

void FrameReader::serve(MemoryPart& part, size_t size_max) {
  CHECK(!is_inside());
  // A permission is one of its part.
  if (&part != part_) overdraft_.release();
  part_ = &part;
  size_max_ = size_max;
}

FrameReader::Status FrameReader::feed(ByteView& bytes) {
  while (size_word_filled_ < size_word_.size()) {
    if (bytes.empty()) return Status::kMore;
    size_word_[size_word_filled_++] = bytes.front();
    bytes = bytes.subspan(1);
  }
  if (frame_ == nullptr && !begin_frame(bytes.size())) return Status::kBadSize;

  size_t count = std::min(bytes.size(), size_ - frame_->filled_);
  ensure_room(count);
  if (count > 0) std::memcpy(frame_->buffer_.data() + frame_->filled_, bytes.data(), count);
  bytes = bytes.subspan(count);
  return filled(count);
}

bool FrameReader::begin_frame(size_t at_hand) {
  // As an unsigned number a negative size is too large.
  size_ = load_be32(size_word_.data());
  if (size_ > size_max_ || size_ > 0x7FFFFFFF) return false;
  // Who speaks TLS would be waited for where frames may be of 352 MiB.
  if (std::exchange(is_first_, false) && begins_tls(size_word_)) return false;
  frame_ = std::make_shared<PooledFrame>(pool_, *part_);
  ensure_room(std::min(size_, at_hand));
  return true;
}

std::span<uint8_t> FrameReader::room() {
  CHECK(wants_room());
  if (frame_->filled_ == frame_->buffer_.capacity) ensure_room(1);
  size_t end = std::min(frame_->buffer_.capacity, size_);
  return {frame_->buffer_.data() + frame_->filled_, end - frame_->filled_};
}

// Makes room for `count` more bytes: exactly, if they complete the frame, and otherwise with as much again.
void FrameReader::ensure_room(size_t count) {
  PooledFrame& frame = *frame_;
  size_t needed = frame.filled_ + count;
  CHECK(needed <= size_);
  if (frame.buffer_.memory != nullptr && needed <= frame.buffer_.capacity) return;

  size_t ahead = std::clamp<size_t>(needed, 4096, kStepMax);
  size_t capacity = std::min(size_, needed + ahead);
  frame.buffer_ = frame.buffer_.memory == nullptr
                      ? pool_->take(capacity, size_)
                      : pool_->grow(std::move(frame.buffer_), frame.filled_, capacity, size_);
  frame.charge_.set(frame.buffer_.capacity);
}

FrameReader::Status FrameReader::filled(size_t count) {
  CHECK(frame_ != nullptr && frame_->filled_ + count <= std::min(size_, frame_->buffer_.capacity));
  frame_->filled_ += count;
  return frame_->filled_ == size_ ? Status::kFrame : Status::kMore;
}

std::shared_ptr<PooledFrame> FrameReader::take() {
  CHECK(frame_ != nullptr && frame_->filled_ == size_);
  size_word_filled_ = 0;
  frame_->overdraft_ = std::move(overdraft_);
  return std::exchange(frame_, nullptr);
}

}  // namespace klamm::broker::net
