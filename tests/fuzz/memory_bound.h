// "Memory is bounded by a small multiple of the input", as a check that every target makes.
//
//   MemoryBound bound(per_byte * size + beside);
//
// counts what is allocated and freed until it goes out of scope, and CHECKs that no more was alive at once
// than the bound, beside what was alive before. Each target says its multiple, what stands beside it and why.
// One at a time.
#pragma once

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstddef>

#include "base/check.h"

namespace klamm {

class MemoryBound {
 public:
  explicit MemoryBound(size_t limit) : limit_(limit) {
    static const bool installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
    CHECK(installed && current == nullptr);
    current = this;
  }
  ~MemoryBound() {
    current = nullptr;
    CHECK(peak_ <= static_cast<ptrdiff_t>(limit_));
  }
  MemoryBound(const MemoryBound&) = delete;

  // For a limit that is known only on the way.
  void allow(size_t more) { limit_ += more; }
  // Bytes handed out so far, freed or not.
  size_t allocated() const { return allocated_; }

 private:
  static void on_malloc(const volatile void*, size_t size) {
    if (current == nullptr) return;
    current->allocated_ += size;
    current->alive_ += static_cast<ptrdiff_t>(size);
    current->peak_ = std::max(current->peak_, current->alive_);
  }
  static void on_free(const volatile void* memory) {
    if (current == nullptr || memory == nullptr) return;
    current->alive_ -=
        static_cast<ptrdiff_t>(__sanitizer_get_allocated_size(const_cast<const void*>(memory)));
  }

  static inline MemoryBound* current = nullptr;

  size_t limit_;
  size_t allocated_ = 0;
  ptrdiff_t alive_ = 0;  // negative when more was freed that was there before
  ptrdiff_t peak_ = 0;
};

}  // namespace klamm

// Targets allocate and free large buffers by the thousand: a short memory of what was freed is enough, and
// much faster.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=8:malloc_context_size=6"; }
