#include "broker/net/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {
namespace {

Buffer allocate(size_t size) {
  Buffer buffer{
      std::unique_ptr<uint8_t, FreeMemory>(static_cast<uint8_t*>(std::malloc(std::max<size_t>(size, 1)))),
      size};
  // The budget keeps us far from here; without memory there is nothing left to do.
  CHECK(buffer.memory != nullptr);
  return buffer;
}

}  // namespace

size_t BufferPool::class_of(size_t size) {
  return static_cast<size_t>(std::bit_width(std::bit_ceil(std::max(size, kSmallest)) / kSmallest)) - 1;
}

Buffer BufferPool::take(size_t size, size_t useful) {
  CHECK(size <= useful);
  if (size > kLargest || useful < kSmallest) return allocate(size);
  size_t needed = class_of(size);
  {
    absl::MutexLock lock(&mutex_);
    size_t wanted = class_of(std::min(useful, kLargest));
    if (!kept_[wanted].empty()) return take_kept(wanted);
    if (!kept_[needed].empty()) return take_kept(needed);
  }
  return allocate(kSmallest << needed);
}

Buffer BufferPool::grow(Buffer buffer, size_t filled, size_t size, size_t useful) {
  CHECK(filled <= buffer.capacity && buffer.capacity < size);
  if (size > kLargest) {
    // The kernel moves the pages of large allocations instead of their content.
    uint8_t* moved = static_cast<uint8_t*>(std::realloc(buffer.memory.release(), size));
    CHECK(moved != nullptr);
    return {std::unique_ptr<uint8_t, FreeMemory>(moved), size};
  }
  Buffer larger = take(size, useful);
  if (filled > 0) std::memcpy(larger.data(), buffer.data(), filled);
  give_back(std::move(buffer));
  return larger;
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.capacity < kSmallest || buffer.capacity > kLargest || !std::has_single_bit(buffer.capacity))
    return;
  size_t size_class = class_of(buffer.capacity);
  absl::MutexLock lock(&mutex_);
  if (kept_bytes_ + buffer.capacity > kept_bytes_max_) return;
  kept_bytes_ += buffer.capacity;
  kept_[size_class].push_back(std::move(buffer));
}

size_t BufferPool::kept_bytes() const {
  absl::MutexLock lock(&mutex_);
  return kept_bytes_;
}

Buffer BufferPool::take_kept(size_t size_class) {
  Buffer buffer = std::move(kept_[size_class].back());
  kept_[size_class].pop_back();
  kept_bytes_ -= buffer.capacity;
  return buffer;
}

}  // namespace klamm::broker::net
