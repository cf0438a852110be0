// Varints and fields of records, read as Kafka's Java reads them: bits beyond the number's width are dropped,
// and a number that goes on after its fifth byte (a long: its tenth) is an error. (RPC varints are stricter;
// those are wire.h's.)
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

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

// Reads the fields of records one after another. After the first that is not there, `at` is null and stays
// so, and what is read means nothing.
struct RecordFields {
  const uint8_t* at;
  const uint8_t* end;

  uint64_t raw(int bytes_max) {
    if (!at) [[unlikely]] return 0;
    VarintAt read = read_uvarint(at, end, bytes_max);
    at = read.next;
    return read.value;
  }
  int32_t varint() { return zigzag32(raw(kVarintSizeMax)); }
  int64_t varlong() { return zigzag64(raw(kVarlongSizeMax)); }

  // A size below zero is that of something null, and skips nothing.
  void skip(int32_t size) {
    if (!at || size <= 0) return;
    at = size <= end - at ? at + size : nullptr;
  }

  // Bytes with their length before them, or null.
  std::optional<ByteView> bytes() {
    int32_t size = varint();
    const uint8_t* from = at;
    skip(size);
    if (!at || size < 0) return std::nullopt;
    return ByteView{from, static_cast<size_t>(size)};
  }

  // A header has a key, so that its size is never negative.
  void skip_headers(int32_t count) {
    if (count < 0) at = nullptr;
    for (int32_t i = 0; i < count && at; ++i) {
      int32_t key_size = varint();
      if (key_size < 0) at = nullptr;
      skip(key_size);
      skip(varint());
    }
  }
};

// How many bytes the zig-zag form takes.
int varlong_size(int64_t value);

}  // namespace klamm::protocol
