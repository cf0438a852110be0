#include "broker/net/answer_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {
namespace {

constexpr size_t kAheadMin = 4096;

}  // namespace

AnswerReader::Status AnswerReader::feed(ByteView& bytes) {
  while (size_word_filled_ < size_word_.size()) {
    if (bytes.empty()) return Status::kMore;
    size_word_[size_word_filled_++] = bytes.front();
    bytes = bytes.subspan(1);
  }
  if (!is_inside_) {
    // As an unsigned number a negative size is too large.
    size_ = load_be32(size_word_.data());
    if (size_ > size_max_ || size_ > 0x7FFFFFFF) return Status::kBadSize;
    is_inside_ = true;
  }
  const size_t count = std::min(bytes.size(), missing());
  ensure_room(count);
  if (count > 0) std::memcpy(frame_.data() + filled_, bytes.data(), count);
  bytes = bytes.subspan(count);
  return filled(count);
}

std::span<uint8_t> AnswerReader::room() {
  CHECK(missing() > 0);
  if (filled_ == frame_.size()) ensure_room(1);
  return std::span(frame_).subspan(filled_);
}

void AnswerReader::ensure_room(size_t count) {
  const size_t needed = filled_ + count;
  CHECK(needed <= size_);
  if (needed <= frame_.size()) return;
  const size_t room = std::min(size_, std::max(needed + std::max(filled_, kAheadMin), last_size_));
  // Or the vector would take more than it was asked for.
  frame_.reserve(room);
  frame_.resize(room);
}

AnswerReader::Status AnswerReader::filled(size_t count) {
  CHECK(is_inside_ && filled_ + count <= frame_.size());
  filled_ += count;
  return filled_ == size_ ? Status::kFrame : Status::kMore;
}

Bytes AnswerReader::take() {
  CHECK(is_inside_ && filled_ == size_);
  is_inside_ = false;
  size_word_filled_ = 0;
  filled_ = 0;
  last_size_ = size_;
  return std::exchange(frame_, Bytes());
}

}  // namespace klamm::broker::net
