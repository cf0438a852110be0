// What somebody has just found of a file in the page cache. To ask the kernel costs a system call for each
// piece of each answer, and many readers of a topic read the same: what one of them found is not asked again
// in the same second.
#pragma once

#include <atomic>
#include <cstdint>

namespace klamm::storage {

// Thread-safe, and without order among threads: what is forgotten is asked again.
class WarmBlocks {
 public:
  static constexpr uint64_t kBlock = 128 << 10;

  // Whether a byte of each block that [from, to) touches was found in the second `now_s`.
  bool hold(uint64_t from, uint64_t to, int64_t now_s) const {
    const State state = unpack(state_.load(std::memory_order_relaxed));
    const uint64_t first = from / kBlock;
    const uint64_t last = (to - 1) / kBlock;
    if (to <= from || state.second != second_of(now_s) || first < state.base || last - state.base >= kWindow)
      return false;
    const uint64_t wanted = ((uint64_t{2} << (last - first)) - 1) << (first - state.base);
    return (state.found & wanted) == wanted;
  }

  // The byte at `position` was found in the second `now_s`. A window of 4 MiB follows who reads on.
  void note(uint64_t position, int64_t now_s) {
    State state = unpack(state_.load(std::memory_order_relaxed));
    const uint64_t block = position / kBlock;
    const bool is_near = block >= state.base && block - state.base < 2 * kWindow;
    if (state.second != second_of(now_s) || !is_near) state = {second_of(now_s), block, 0};
    if (const uint64_t beyond = block - state.base; beyond >= kWindow) {
      const uint64_t step = beyond - kWindow + 1;
      state.base += step;
      state.found = step < kWindow ? state.found >> step : 0;
    }
    state.found |= uint64_t{1} << (block - state.base);
    state_.store(pack(state), std::memory_order_relaxed);
  }

 private:
  static constexpr uint64_t kWindow = 32;

  // One word: 16 bits of the second, 16 bits of the block at which the window begins, 32 bits of blocks
  // found.
  struct State {
    uint64_t second;
    uint64_t base;
    uint64_t found;
  };
  static uint64_t second_of(int64_t now_s) { return static_cast<uint64_t>(now_s) & 0xffff; }
  static State unpack(uint64_t word) { return {word >> 48, (word >> 32) & 0xffff, word & 0xffffffff}; }
  static uint64_t pack(const State& state) {
    return state.second << 48 | (state.base & 0xffff) << 32 | state.found;
  }

  std::atomic<uint64_t> state_{0};
};

}  // namespace klamm::storage
