#include "protocol/reader.h"

#include "protocol/string_limit.h"

namespace klamm::protocol {

namespace {
// What the allocator adds to each of a thousand little vectors.
constexpr size_t kAllocationOverhead = 16;
}  // namespace

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
    if (length - 1 > kStringSizeMax) fail();
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
  if (count == 0) return 0;
  // The first comparison bounds the count by the frame, so that the product cannot overflow.
  if (count > remaining() / element_size_min || count * element_memory + kAllocationOverhead > allowance_) {
    fail();
    return 0;
  }
  allowance_ -= count * element_memory + kAllocationOverhead;
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

}  // namespace klamm::protocol
