// FlatBuffer: bytes that are put in at the end and taken from the front, in one piece of memory that is given
// back whenever nothing is in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/check.h"

namespace klamm::security {

class FlatBuffer {
 public:
  // Room for at least `size` behind what is there. Valid until the next call of anything.
  std::span<uint8_t> room(size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return {memory_.get() + end_, capacity_ - end_};
  }
  // How much of the room was filled.
  void added(size_t count) {
    CHECK(count <= capacity_ - end_);
    end_ += count;
    release_if_empty();
  }
  void append(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()).data(), bytes.data(), bytes.size());
    added(bytes.size());
  }

  ByteView view() const { return {memory_.get() + begin_, end_ - begin_}; }
  void taken(size_t count) {
    CHECK(count <= end_ - begin_);
    begin_ += count;
    release_if_empty();
  }

  size_t size() const { return end_ - begin_; }
  size_t capacity() const { return capacity_; }

 private:
  static constexpr size_t kGrain = 512;

  // Moves what is there to the front, into more memory where it has to be more: then at least half as much
  // again, so that many small additions do not each move everything.
  void make_room(size_t size) {
    const size_t held = end_ - begin_;
    const size_t needed = held + size;
    if (needed <= capacity_) {
      std::memmove(memory_.get(), memory_.get() + begin_, held);
    } else {
      const size_t grown = held == 0 ? needed : std::max(needed, capacity_ + capacity_ / 2);
      const size_t capacity = (grown + kGrain - 1) / kGrain * kGrain;
      auto memory = std::make_unique_for_overwrite<uint8_t[]>(capacity);
      if (held > 0) std::memcpy(memory.get(), memory_.get() + begin_, held);
      memory_ = std::move(memory);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = held;
  }

  void release_if_empty() {
    if (begin_ != end_) return;
    memory_.reset();
    begin_ = end_ = capacity_ = 0;
  }

  std::unique_ptr<uint8_t[]> memory_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t capacity_ = 0;
};

}  // namespace klamm::security
