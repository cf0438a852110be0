// Reader: Kafka's primitive types off the wire (KIP-482 for the compact forms).
//
// A Reader never allocates and never reads past its bytes. Its failure is sticky: after the first impossible
// length every read gives zero or empty, and the caller asks ok() once, at the end of a message.
// Strings and byte fields come back as views into the bytes that were given.
//
// It also keeps an allowance of memory for whoever decodes into vectors: kAllowancePerByte times its bytes,
// and kAllowanceMin. Each array takes its elements' size in memory from it, and one that asks for more than
// is left fails. So nested arrays of tiny elements cannot blow a frame up to many times its size
// (CVE-2026-111108).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"
#include "protocol/records.h"

namespace klamm::protocol {

class Reader {
 public:
  static constexpr size_t kAllowancePerByte = 8;
  static constexpr size_t kAllowanceMin = 16 * 1024;

  // With an allowance of `allowance_max` at most.
  explicit Reader(ByteView bytes, size_t allowance_max = SIZE_MAX)
      : at_(bytes.data()),
        end_(bytes.data() + bytes.size()),
        allowance_(std::min(bytes.size() * kAllowancePerByte + kAllowanceMin, allowance_max)) {}

  bool ok() const { return !failed_; }
  void fail() {
    failed_ = true;
    at_ = end_;
  }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  ByteView rest() const { return {at_, remaining()}; }

  bool boolean() { return u8() != 0; }
  int8_t i8() { return static_cast<int8_t>(u8()); }
  int16_t i16() { return static_cast<int16_t>(u16()); }
  int32_t i32() { return static_cast<int32_t>(u32()); }
  int64_t i64() {
    const uint8_t* p = take(8);
    return p ? static_cast<int64_t>(load_be64(p)) : 0;
  }
  uint8_t u8() {
    const uint8_t* p = take(1);
    return p ? *p : 0;
  }
  uint16_t u16() {
    const uint8_t* p = take(2);
    return p ? load_be16(p) : 0;
  }
  uint32_t u32() {
    const uint8_t* p = take(4);
    return p ? load_be32(p) : 0;
  }
  double f64() { return std::bit_cast<double>(i64()); }
  Uuid uuid();
  // Several of these in a row, with one look at the end. Out of bytes, the values stay as they were.
  template <class... Values>
  void fixed(Values&... values) {
    const uint8_t* from = take((sizeof(Values) + ...));
    if (from != nullptr) (load(from, values), ...);
  }
  // All elements of an array of these.
  template <class Value>
  void elements(std::vector<Value>& values) {
    const uint8_t* from = take(values.size() * sizeof(Value));
    if (from == nullptr) return;
    for (Value& value : values) load(from, value);
  }
  uint32_t uvarint() { return at_ < end_ && *at_ < 0x80 ? *at_++ : long_uvarint(); }  // at most five bytes
  int32_t varint();                                                                   // zig-zag
  int64_t varlong();  // zig-zag, at most ten bytes

  // Strings and bytes: `compact` chooses the flexible form. The non-nullable readers fail on null.
  std::string_view string(bool compact);
  std::optional<std::string_view> nullable_string(bool compact);
  ByteView bytes(bool compact);
  std::optional<ByteView> nullable_bytes(bool compact);
  Records records(bool compact) { return {bytes(compact)}; }
  std::optional<Records> nullable_records(bool compact);
  // `size` bytes as they are.
  ByteView raw(size_t size);

  // The element count of an array, or nullopt for a null array. Fails unless `element_size_min` bytes per
  // element (not zero) are there, and unless the allowance has `element_memory` for each: so the caller may
  // reserve what it is told, and nothing is ever allocated from a length whose bytes have not come
  // (CVE-2022-34917).
  std::optional<uint32_t> nullable_array(bool compact, size_t element_size_min, size_t element_memory);
  uint32_t array(bool compact, size_t element_size_min, size_t element_memory);

  // A struct that may be null, where it is not tagged: i8 below zero for null. And where it is: uvarint 0.
  bool nullable_struct() { return i8() >= 0 && ok(); }
  bool tagged_struct() { return uvarint() > 0 && ok(); }

  // One field of a tag section. Until end_tag the reader ends where the field does, and it has to be read up
  // to there. The section begins with a uvarint, the number of its fields.
  struct Tag {
    uint32_t number;
    const uint8_t* end_around;
  };
  Tag begin_tag();
  void skip_rest() { at_ = end_; }
  void end_tag(const Tag& tag);
  // Skips a tag section whole, for structs that know no tags.
  void skip_tags();

 private:
  const uint8_t* take(size_t size) {
    if (remaining() < size) {
      fail();
      return nullptr;
    }
    const uint8_t* from = at_;
    at_ += size;
    return from;
  }

  uint32_t long_uvarint();

  template <class Value>
  static void load(const uint8_t*& from, Value& value) {
    if constexpr (std::is_same_v<Value, Uuid>) {
      std::memcpy(value.bytes.data(), from, 16);
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = *from != 0;
    } else if constexpr (sizeof(Value) == 1) {
      value = static_cast<Value>(*from);
    } else if constexpr (sizeof(Value) == 2) {
      value = static_cast<Value>(load_be16(from));
    } else if constexpr (sizeof(Value) == 4) {
      value = static_cast<Value>(load_be32(from));
    } else {
      value = std::bit_cast<Value>(load_be64(from));
    }
    from += sizeof(Value);
  }

  const uint8_t* at_;
  const uint8_t* end_;
  size_t allowance_;
  bool failed_ = false;
};

}  // namespace klamm::protocol
