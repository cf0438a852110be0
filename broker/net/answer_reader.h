// AnswerReader: makes frames of the bytes that another node sends, however they are cut. Its size word is
// only believed as far as bytes have come, for this frame or for the one before: a frame's buffer is never
// more than twice what is there, and a little, or than what the last frame took. Each frame has a buffer of
// its own, which is handed on.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace klamm::broker::net {

class AnswerReader {
 public:
  explicit AnswerReader(size_t size_max) : size_max_(size_max) {}

  enum class Status {
    kMore,     // all bytes were taken, and no frame is complete
    kFrame,    // a frame is complete: take() it before anything else
    kBadSize,  // negative or too large; there is no way on from here
  };
  // Takes bytes from the front of `bytes` up to the end of a frame.
  Status feed(ByteView& bytes);
  // How many bytes are missing of a frame that has begun and whose size is known.
  size_t missing() const { return is_inside_ ? size_ - filled_ : 0; }
  // Where the missing bytes go; never empty while there are some.
  std::span<uint8_t> room();
  // `count` bytes were written to room().
  Status filled(size_t count);
  // What is behind the size.
  Bytes take();

  size_t size_max() const { return size_max_; }
  // The first four bytes of what is no frame, after kBadSize.
  std::span<const uint8_t, 4> size_word() const { return size_word_; }

 private:
  void ensure_room(size_t count);

  const size_t size_max_;
  std::array<uint8_t, 4> size_word_{};
  size_t size_word_filled_ = 0;
  bool is_inside_ = false;  // the size is known
  size_t size_ = 0;
  size_t filled_ = 0;
  Bytes frame_;  // of which filled_ bytes have come
  size_t last_size_ = 0;
};

}  // namespace klamm::broker::net
