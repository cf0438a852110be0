// Writer: Kafka's primitive types onto the wire (KIP-482 for the compact forms).
#pragma once

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

// `size` bytes from elsewhere go before the byte at `position` of what the Writer wrote.
struct Splice {
  size_t position;
  uint32_t size;
};

class Writer {
 public:
  // Appends to `out`, which outlives the writer.
  explicit Writer(Bytes& out) : out_(out) {}

  void boolean(bool value) { u8(value ? 1 : 0); }
  void i8(int8_t value) { u8(static_cast<uint8_t>(value)); }
  void i16(int16_t value) { u16(static_cast<uint16_t>(value)); }
  void i32(int32_t value) { u32(static_cast<uint32_t>(value)); }
  void i64(int64_t value) { store_be64(grow(8), static_cast<uint64_t>(value)); }
  void u8(uint8_t value) { out_.push_back(value); }
  void u16(uint16_t value) { store_be16(grow(2), value); }
  void u32(uint32_t value) { store_be32(grow(4), value); }
  void f64(double value) { i64(std::bit_cast<int64_t>(value)); }
  void uuid(const Uuid& value) { raw(value.bytes); }
  // Several of these in a row.
  template <class... Values>
  void fixed(const Values&... values) {
    uint8_t* to = grow((sizeof(Values) + ...));
    (store(to, values), ...);
  }
  template <class Value>
  void elements(const std::vector<Value>& values) {
    uint8_t* to = grow(values.size() * sizeof(Value));
    for (const Value& value : values) store(to, value);
  }
  void uvarint(uint32_t value);
  void varint(int32_t value);
  void varlong(int64_t value);

  void string(bool compact, std::string_view value);
  void nullable_string(bool compact, const std::optional<std::string_view>& value);
  void bytes(bool compact, ByteView value);
  void nullable_bytes(bool compact, const std::optional<ByteView>& value);
  void records(bool compact, const std::optional<Records>& value);
  void raw(ByteView value) {
    if (!value.empty()) std::memcpy(grow(value.size()), value.data(), value.size());
  }

  void array(bool compact, size_t count);
  void null_array(bool compact);
  void nullable_struct(bool present) { i8(present ? 1 : -1); }
  void tagged_struct(bool present) { u8(present ? 1 : 0); }

  // A tagged field goes between begin_tag and end_tag, which takes what begin_tag gave and sets the size.
  // There must be no splice in it.
  size_t begin_tag(uint32_t number);
  void end_tag(size_t start);
  void no_tags() { u8(0); }

  // The throttle time of an answer comes next. Whoever sends the answer may have to change it.
  void throttle_time_here() { throttle_time_at_ = out_.size(); }
  // Its position, counted from the start of `out`; 0 while there is none.
  size_t throttle_time_at() const { return throttle_time_at_; }

  size_t position() const { return out_.size(); }
  // In the order of their positions; positions count from the start of `out`.
  const std::vector<Splice>& splices() const { return splices_; }

 private:
  template <class Value>
  static void store(uint8_t*& to, const Value& value) {
    if constexpr (std::is_same_v<Value, Uuid>) {
      std::memcpy(to, value.bytes.data(), 16);
    } else if constexpr (sizeof(Value) == 1) {
      *to = static_cast<uint8_t>(value);
    } else if constexpr (sizeof(Value) == 2) {
      store_be16(to, static_cast<uint16_t>(value));
    } else if constexpr (sizeof(Value) == 4) {
      store_be32(to, static_cast<uint32_t>(value));
    } else {
      store_be64(to, std::bit_cast<uint64_t>(value));
    }
    to += sizeof(Value);
  }

  uint8_t* grow(size_t size) {
    const size_t before = out_.size();
    out_.resize(before + size);
    return out_.data() + before;
  }

  Bytes& out_;
  std::vector<Splice> splices_;
  size_t throttle_time_at_ = 0;
};

}  // namespace klamm::protocol
