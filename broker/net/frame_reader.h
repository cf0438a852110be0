// FrameReader: makes frames of the bytes of one connection, however they are cut. It knows no socket: bytes
// are fed to it, or read straight into the room that it offers for the rest of a large frame.
//
// The size word is only believed as far as bytes have come: a frame's buffer starts at what is there and
// doubles (in steps of at most kStepMax), each byte of it charged to the memory part.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "broker/memory_budget.h"
#include "broker/net/buffer_pool.h"
#include "broker/request.h"

namespace klamm::broker::net {

class PooledFrame final : public Frame {
 public:
  PooledFrame(std::shared_ptr<BufferPool> pool, MemoryPart& part) : pool_(std::move(pool)), charge_(part) {}
  ~PooledFrame() override;

  std::span<uint8_t> bytes() override { return {buffer_.data(), filled_}; }

 private:
  friend class FrameReader;
  std::shared_ptr<BufferPool> pool_;
  Buffer buffer_;
  size_t filled_ = 0;
  // In this order: the charge is given back before the overdraft wakes the next in line.
  MemoryPart::Overdraft overdraft_;
  MemoryPart::Charge charge_;
};

class FrameReader {
 public:
  // `pool` and `part` are those of the connection's loop and listener; `size_max` is
  // socket.request.max.bytes.
  FrameReader(std::shared_ptr<BufferPool> pool, MemoryPart& part, size_t size_max);
  // What holds from the next frame on. Not inside of one.
  void serve(MemoryPart& part, size_t size_max);

  enum class Status {
    kMore,     // all bytes were taken, and no frame is complete
    kFrame,    // a frame is complete: take() it before anything else
    kBadSize,  // negative or too large, or TLS is spoken; there is no way on from here
  };
  // Takes bytes from the front of `bytes` up to the end of a frame.
  Status feed(ByteView& bytes);
  // Where the missing bytes of a frame go that has begun and whose size is known; never empty then.
  std::span<uint8_t> room();
  // `count` bytes were written to room().
  Status filled(size_t count);
  std::shared_ptr<PooledFrame> take();

  // True between the first byte of a size word and the last byte of its frame.
  bool is_inside() const { return size_word_filled_ > 0; }
  // The size is known and there are bytes to come.
  bool wants_room() const { return frame_ != nullptr && frame_->filled_ < size_; }
  size_t size_max() const { return size_max_; }
  // The first four bytes of what is no frame, after kBadSize.
  std::span<const uint8_t, 4> size_word() const { return size_word_; }

  // The permission under which the present frame is read goes with it.
  MemoryPart::Overdraft& overdraft() { return overdraft_; }

 private:
  static constexpr size_t kStepMax = 4 << 20;

  bool begin_frame(size_t at_hand);
  void ensure_room(size_t count);

  const std::shared_ptr<BufferPool> pool_;
  MemoryPart* part_;
  size_t size_max_;
  bool is_first_ = true;

  std::array<uint8_t, 4> size_word_{};
  size_t size_word_filled_ = 0;
  size_t size_ = 0;
  std::shared_ptr<PooledFrame> frame_;
  MemoryPart::Overdraft overdraft_;
};

}  // namespace klamm::broker::net
