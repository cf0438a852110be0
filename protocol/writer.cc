#include "protocol/writer.h"

#include <limits>

#include "base/check.h"
#include "protocol/string_limit.h"

namespace klamm::protocol {

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
  KLAMM_CHECK(value.size() <= kStringSizeMax);
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

}  // namespace klamm::protocol
