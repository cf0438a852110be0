// Reader and Writer: Kafka's primitive types on the wire (KIP-482 for the compact forms).
//
// A Reader never allocates and never reads past its bytes. Its failure is sticky: after the first impossible
// length every read gives zero or empty, and the caller asks ok() once, at the end of a message.
// Strings and byte fields come back as views into the bytes that were given.
//
// It also keeps an allowance of memory for whoever decodes into vectors: kAllowancePerByte times its bytes, and
// kAllowanceMin. Each array takes its elements' size in memory from it, and one that asks for more than is left
// fails. So nested arrays of tiny elements cannot blow a frame up to many times its size (CVE-2026-111108).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"

namespace klamm::protocol {

// The value of a `records` field. On the way in it is a view. On the way out it is either bytes, which are
// copied, or only their number: then the Writer leaves a splice where they belong, and whoever sends the
// frame puts slices of files there (sendfile).
struct Records {
  ByteView bytes{};
  std::optional<uint32_t> spliced_size{};

  size_t size() const { return spliced_size ? *spliced_size : bytes.size(); }
  friend bool operator==(const Records& a, const Records& b) {
    return a.spliced_size == b.spliced_size && klamm::same_bytes(a.bytes, b.bytes);
  }
};

class Reader {
 public:
  static constexpr size_t kAllowancePerByte = 8;
  static constexpr size_t kAllowanceMin = 16 * 1024;

  explicit Reader(ByteView bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()),
        allowance_(bytes.size() * kAllowancePerByte + kAllowanceMin) {}

  bool ok() const { return !failed_; }
  void fail() { failed_ = true; at_ = end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  ByteView rest() const { return {at_, remaining()}; }

  bool boolean() { return u8() != 0; }
  int8_t i8() { return static_cast<int8_t>(u8()); }
  int16_t i16() { return static_cast<int16_t>(u16()); }
  int32_t i32() { return static_cast<int32_t>(u32()); }
  int64_t i64() { const uint8_t* p = take(8); return p ? static_cast<int64_t>(load_be64(p)) : 0; }
  uint8_t u8() { const uint8_t* p = take(1); return p ? *p : 0; }
  uint16_t u16() { const uint8_t* p = take(2); return p ? load_be16(p) : 0; }
  uint32_t u32() { const uint8_t* p = take(4); return p ? load_be32(p) : 0; }
  double f64();
  Uuid uuid();
  uint32_t uvarint() { return at_ < end_ && *at_ < 0x80 ? *at_++ : long_uvarint(); }  // at most five bytes
  int32_t varint();     // zig-zag
  int64_t varlong();    // zig-zag, at most ten bytes

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

  // One field of a tag section. Until end_tag the reader ends where the field does, and it has to be read up to
  // there. The section begins with a uvarint, the number of its fields.
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
    if (remaining() < size) { fail(); return nullptr; }
    const uint8_t* from = at_;
    at_ += size;
    return from;
  }

  uint32_t long_uvarint();

  const uint8_t* at_;
  const uint8_t* end_;
  size_t allowance_;
  bool failed_ = false;
};

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
  void i64(int64_t value);
  void u8(uint8_t value) { out_.push_back(value); }
  void u16(uint16_t value);
  void u32(uint32_t value);
  void f64(double value);
  void uuid(const Uuid& value) { raw(value.bytes); }
  void uvarint(uint32_t value);
  void varint(int32_t value);
  void varlong(int64_t value);

  void string(bool compact, std::string_view value);
  void nullable_string(bool compact, const std::optional<std::string_view>& value);
  void bytes(bool compact, ByteView value);
  void nullable_bytes(bool compact, const std::optional<ByteView>& value);
  void records(bool compact, const std::optional<Records>& value);
  void raw(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

  void array(bool compact, size_t count);
  void null_array(bool compact);
  void nullable_struct(bool present) { i8(present ? 1 : -1); }
  void tagged_struct(bool present) { u8(present ? 1 : 0); }

  // A tagged field goes between begin_tag and end_tag, which takes what begin_tag gave and sets the size. There
  // must be no splice in it.
  size_t begin_tag(uint32_t number);
  void end_tag(size_t start);
  void no_tags() { u8(0); }

  size_t position() const { return out_.size(); }
  // In the order of their positions; positions count from the start of `out`.
  const std::vector<Splice>& splices() const { return splices_; }

 private:
  Bytes& out_;
  std::vector<Splice> splices_;
};

// Equality for the structs of messages; std::span has none.
inline bool same_bytes(ByteView a, ByteView b) { return klamm::same_bytes(a, b); }
inline bool same_bytes(const std::optional<ByteView>& a, const std::optional<ByteView>& b) {
  return a.has_value() == b.has_value() && (!a || klamm::same_bytes(*a, *b));
}
bool same_bytes(const std::vector<ByteView>& a, const std::vector<ByteView>& b);

}  // namespace klamm::protocol
