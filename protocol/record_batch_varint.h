// Varints of records, read as Kafka's Java reads them: bits beyond the number's width are dropped, and a
// number that goes on after its fifth byte (a long: its tenth) is an error. (RPC varints are stricter; those
// are wire.h's.)
#pragma once

#include <cstdint>

namespace klamm::protocol {

// A number and where the next one begins; `next` is null when there was none.
struct VarintAt {
  const uint8_t* next;
  uint64_t value;
};

// Any position and length. Bytes from `at` up to `end` may be read.
VarintAt read_uvarint_slowly(const uint8_t* at, const uint8_t* end, int bytes_max);

inline constexpr int kVarintSizeMax = 5;
inline constexpr int kVarlongSizeMax = 10;

inline VarintAt read_uvarint(const uint8_t* at, const uint8_t* end, int bytes_max) {
  if (end - at >= 2) [[likely]] {
    if (at[0] < 0x80) return {at + 1, at[0]};
    if (at[1] < 0x80) return {at + 2, (at[0] & 0x7Fu) | static_cast<uint32_t>(at[1]) << 7};
  }
  return read_uvarint_slowly(at, end, bytes_max);
}

inline int32_t zigzag32(uint64_t raw) {
  uint32_t value = static_cast<uint32_t>(raw);
  return static_cast<int32_t>(value >> 1 ^ (0u - (value & 1)));
}
inline int64_t zigzag64(uint64_t raw) { return static_cast<int64_t>(raw >> 1 ^ (uint64_t{0} - (raw & 1))); }

// How many bytes the zig-zag form takes.
int varlong_size(int64_t value);

}  // namespace klamm::protocol
