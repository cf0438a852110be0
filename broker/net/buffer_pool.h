// Buffers for frames, kept for the next frame when one is done with: large allocations are costly (the kernel
// hands out pages one fault at a time). One pool for each loop; buffers come back from any thread.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

namespace klamm::broker::net {

struct FreeMemory {
  void operator()(uint8_t* memory) const { std::free(memory); }
};

struct Buffer {
  std::unique_ptr<uint8_t, FreeMemory> memory;
  size_t capacity = 0;

  uint8_t* data() const { return memory.get(); }
};

class BufferPool {
 public:
  // Keeps at most `kept_bytes_max` of unused buffers.
  explicit BufferPool(size_t kept_bytes_max = 4 << 20) : kept_bytes_max_(kept_bytes_max) {}

  // A buffer for at least `size` bytes. `useful` is what it may have to hold in the end: a kept buffer of
  // that size is given if there is one, since that costs nothing, but nothing is allocated for it.
  Buffer take(size_t size, size_t useful) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same content with room for at least `size` bytes.
  Buffer grow(Buffer buffer, size_t filled, size_t size, size_t useful) ABSL_LOCKS_EXCLUDED(mutex_);
  void give_back(Buffer buffer) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t kept_bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Sizes are powers of two from 4 KiB to 4 MiB; smaller and larger buffers are never kept.
  static constexpr size_t kSmallest = 4 << 10;
  static constexpr size_t kLargest = 4 << 20;
  static constexpr size_t kClasses = 11;

  static size_t class_of(size_t size);
  Buffer take_kept(size_t size_class) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t kept_bytes_max_;
  mutable absl::Mutex mutex_;
  std::array<std::vector<Buffer>, kClasses> kept_ ABSL_GUARDED_BY(mutex_);
  size_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace klamm::broker::net
