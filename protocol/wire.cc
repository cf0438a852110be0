#include "protocol/wire.h"

#include <bit>
#include <limits>

#include "base/check.h"

namespace klamm::protocol {

double Reader::f64() { return std::bit_cast<double>(i64()); }

Uuid Reader::uuid() {
  Uuid value;
  if (const uint8_t* from = take(16)) std::memcpy(value.bytes.data(), from, 16);
  return value;
}

uint32_t Reader::long_uvarint() {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    uint8_t byte = u8();
    if (shift == 28 && byte > 0x0F) break;
    value |= static_cast<uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

int32_t Reader::varint() {
  uint32_t raw = uvarint();
  return static_cast<int32_t>(raw >> 1) ^ -static_cast<int32_t>(raw & 1);
}

int64_t Reader::varlong() {
  uint64_t raw = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    uint8_t byte = u8();
    if (shift == 63 && byte > 1) break;
    raw |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }
  fail();
  return 0;
}

std::string_view Reader::string(bool compact) {
  auto value = nullable_string(compact);
  if (!value) fail();
  return value.value_or(std::string_view{});
}

std::optional<std::string_view> Reader::nullable_string(bool compact) {
  if (compact) {
    uint32_t length = uvarint();
    if (length == 0) return std::nullopt;
    // Kafka refuses strings of 2^15 bytes and more in the compact form too.
    if (length - 1 > 0x7FFF) fail();
    return as_text(raw(length - 1));
  }
  int16_t length = i16();
  if (length < 0) return std::nullopt;
  return as_text(raw(static_cast<size_t>(length)));
}

ByteView Reader::bytes(bool compact) {
  auto value = nullable_bytes(compact);
  if (!value) fail();
  return value.value_or(ByteView{});
}

std::optional<ByteView> Reader::nullable_bytes(bool compact) {
  if (compact) {
    uint32_t length = uvarint();
    if (length == 0) return std::nullopt;
    return raw(length - 1);
  }
  int32_t length = i32();
  if (length < 0) return std::nullopt;
  return raw(static_cast<size_t>(length));
}

std::optional<Records> Reader::nullable_records(bool compact) {
  auto value = nullable_bytes(compact);
  if (!value) return std::nullopt;
  return Records{*value};
}

ByteView Reader::raw(size_t size) {
  const uint8_t* from = take(size);
  return from ? ByteView{from, size} : ByteView{};
}

std::optional<uint32_t> Reader::nullable_array(bool compact, size_t element_size_min, size_t element_memory) {
  uint32_t count;
  if (compact) {
    uint32_t encoded = uvarint();
    if (encoded == 0) return std::nullopt;
    count = encoded - 1;
  } else {
    int32_t encoded = i32();
    if (encoded < 0) return std::nullopt;
    count = static_cast<uint32_t>(encoded);
  }
  // The first comparison bounds the count by the frame, so that the product cannot overflow.
  if (count > remaining() / element_size_min || count * element_memory > allowance_) {
    fail();
    return 0;
  }
  allowance_ -= count * element_memory;
  return count;
}

uint32_t Reader::array(bool compact, size_t element_size_min, size_t element_memory) {
  auto count = nullable_array(compact, element_size_min, element_memory);
  if (!count) fail();
  return count.value_or(0);
}

Reader::Tag Reader::begin_tag() {
  uint32_t number = uvarint();
  uint32_t size = uvarint();
  Tag tag{number, end_};
  if (size > remaining()) {
    fail();
  } else {
    end_ = at_ + size;
  }
  return tag;
}

void Reader::end_tag(const Tag& tag) {
  if (at_ != end_) failed_ = true;
  end_ = tag.end_around;
  if (failed_) at_ = end_;
}

void Reader::skip_tags() {
  uint32_t count = uvarint();
  for (uint32_t i = 0; i < count && ok(); ++i) {
    uvarint();
    raw(uvarint());
  }
}

void Writer::u16(uint16_t value) {
  uint8_t buffer[2];
  store_be16(buffer, value);
  raw(buffer);
}

void Writer::u32(uint32_t value) {
  uint8_t buffer[4];
  store_be32(buffer, value);
  raw(buffer);
}

void Writer::i64(int64_t value) {
  uint8_t buffer[8];
  store_be64(buffer, static_cast<uint64_t>(value));
  raw(buffer);
}

void Writer::f64(double value) { i64(std::bit_cast<int64_t>(value)); }

void Writer::uvarint(uint32_t value) {
  while (value >= 0x80) {
    u8(static_cast<uint8_t>(value) | 0x80);
    value >>= 7;
  }
  u8(static_cast<uint8_t>(value));
}

void Writer::varint(int32_t value) {
  uvarint(static_cast<uint32_t>(value) << 1 ^ static_cast<uint32_t>(value >> 31));
}

void Writer::varlong(int64_t value) {
  uint64_t raw = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  while (raw >= 0x80) {
    u8(static_cast<uint8_t>(raw) | 0x80);
    raw >>= 7;
  }
  u8(static_cast<uint8_t>(raw));
}

void Writer::string(bool compact, std::string_view value) {
  KLAMM_CHECK(value.size() <= 0x7FFF);
  if (compact) {
    uvarint(static_cast<uint32_t>(value.size()) + 1);
  } else {
    i16(static_cast<int16_t>(value.size()));
  }
  raw(as_bytes(value));
}

void Writer::nullable_string(bool compact, const std::optional<std::string_view>& value) {
  if (value) return string(compact, *value);
  compact ? uvarint(0) : i16(-1);
}

void Writer::bytes(bool compact, ByteView value) {
  array(compact, value.size());
  raw(value);
}

void Writer::nullable_bytes(bool compact, const std::optional<ByteView>& value) {
  if (value) return bytes(compact, *value);
  null_array(compact);
}

void Writer::records(bool compact, const std::optional<Records>& value) {
  if (!value) return null_array(compact);
  array(compact, value->size());
  if (value->spliced_size) {
    splices_.push_back({position(), *value->spliced_size});
  } else {
    raw(value->bytes);
  }
}

void Writer::array(bool compact, size_t count) {
  KLAMM_CHECK(count < static_cast<size_t>(std::numeric_limits<int32_t>::max()));
  if (compact) {
    uvarint(static_cast<uint32_t>(count) + 1);
  } else {
    i32(static_cast<int32_t>(count));
  }
}

void Writer::null_array(bool compact) { compact ? uvarint(0) : i32(-1); }

size_t Writer::begin_tag(uint32_t number) {
  uvarint(number);
  u8(0);
  return position();
}

void Writer::end_tag(size_t start) {
  const size_t size = position() - start;
  if (size < 0x80) {
    out_[start - 1] = static_cast<uint8_t>(size);
    return;
  }
  KLAMM_CHECK(size <= static_cast<size_t>(std::numeric_limits<int32_t>::max()));
  // One byte was left for the size; the rest of it moves the field up.
  Bytes encoded;
  Writer(encoded).uvarint(static_cast<uint32_t>(size));
  out_[start - 1] = encoded[0];
  out_.insert(out_.begin() + static_cast<ptrdiff_t>(start), encoded.begin() + 1, encoded.end());
}

bool same_bytes(const std::vector<ByteView>& a, const std::vector<ByteView>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!klamm::same_bytes(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace klamm::protocol
