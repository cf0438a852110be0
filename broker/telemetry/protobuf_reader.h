// ProtobufReader: the fields of one protobuf message, in bytes that came from outside. Nothing is copied and
// nothing allocated. A failure is sticky: what is read behind it is empty, and ok() says so at the end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace klamm::broker {

class ProtobufReader {
 public:
  enum class Wire : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
  struct Field {
    uint32_t number = 0;
    Wire wire = Wire::kVarint;
    uint64_t number_value = 0;  // of all kinds but kBytes
    ByteView bytes{};

    std::string_view text() const { return as_text(bytes); }
    double as_double() const { return std::bit_cast<double>(number_value); }
    int64_t as_signed() const { return static_cast<int64_t>(number_value); }
  };

  explicit ProtobufReader(ByteView message) : rest_(message) {}

  // The next field; nothing at the end, or when it cannot be read.
  std::optional<Field> next() {
    if (!ok_ || rest_.empty()) return std::nullopt;
    const uint64_t tag = varint();
    Field field;
    field.number = static_cast<uint32_t>(tag >> 3);
    field.wire = static_cast<Wire>(tag & 7);
    if (tag >> 32 != 0 || field.number == 0) ok_ = false;
    switch (field.wire) {
      case Wire::kVarint:
        field.number_value = varint();
        break;
      case Wire::kFixed64:
        field.number_value = fixed<uint64_t>();
        break;
      case Wire::kFixed32:
        field.number_value = fixed<uint32_t>();
        break;
      case Wire::kBytes:
        field.bytes = take(varint());
        break;
      default:  // groups, which nobody sends any more
        ok_ = false;
    }
    if (!ok_) return std::nullopt;
    return field;
  }

  bool ok() const { return ok_; }

 private:
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const uint8_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }

  ByteView take(uint64_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const ByteView taken = rest_.first(static_cast<size_t>(size));
    rest_ = rest_.subspan(static_cast<size_t>(size));
    return taken;
  }

  // Little-endian, as the machine.
  template <class Number>
  Number fixed() {
    Number value = 0;
    const ByteView bytes = take(sizeof value);
    if (ok_) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  ByteView rest_;
  bool ok_ = true;
};

}  // namespace klamm::broker
