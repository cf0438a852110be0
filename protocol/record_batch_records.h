// The records inside a batch, as views into its bytes.
//
//   DecompressedRecords plain;
//   auto section = plain.of(batch, codecs.decompressor, size_max);
//   RecordCursor records(*section, batch.record_count());
//   while (const Record* record = records.next()) ...
//   if (!records.ok()) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "protocol/errors.h"
#include "protocol/record_batch.h"

namespace klamm::protocol {

struct Record {
  ByteView bytes;  // the whole record, with its length
  int8_t attributes;
  int64_t timestamp_delta;  // from the batch's base timestamp
  int32_t offset_delta;     // from its base offset
  std::optional<ByteView> key;
  std::optional<ByteView> value;
  int32_t header_count;
  ByteView headers;       // for a HeaderCursor
  ByteView key_and_rest;  // what does not depend on the batch: key, value and headers, with their lengths
};

// Walks a plain record section. Its failure is sticky: it fails at a record that is not what it says, when
// there are fewer records than `count`, and when anything follows the last one.
class RecordCursor {
 public:
  RecordCursor(ByteView section, int32_t count)
      : at_(section.data()), end_(section.data() + section.size()), left_(count) {
    if (count < 0 || (count == 0 && !section.empty())) fail();
  }

  // Valid until the next call; null at the end and after a failure.
  const Record* next();
  // To be asked at the end.
  bool ok() const { return !failed_; }

 private:
  const Record* fail() {
    failed_ = true;
    left_ = 0;
    return nullptr;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  int32_t left_;
  bool failed_ = false;
  Record record_{};
};

struct RecordHeader {
  std::string_view key;
  std::optional<ByteView> value;
};

// Walks the headers of a record that a RecordCursor gave, which has checked them.
class HeaderCursor {
 public:
  explicit HeaderCursor(const Record& record)
      : at_(record.headers.data()), end_(at_ + record.headers.size()), left_(record.header_count) {}

  std::optional<RecordHeader> next();

 private:
  const uint8_t* at_;
  const uint8_t* end_;
  int32_t left_;
};

inline int64_t timestamp_of(const BatchView& batch, const Record& record) {
  if (batch.timestamp_type() == TimestampType::kLogAppendTime) return batch.max_timestamp();
  return static_cast<int64_t>(static_cast<uint64_t>(batch.base_timestamp()) +
                              static_cast<uint64_t>(record.timestamp_delta));
}
inline Offset offset_of(const BatchView& batch, const Record& record) {
  return offset_after(batch.base_offset(), record.offset_delta);
}

// The plain record section of a batch: in place where it is not compressed, else in a buffer that this object
// keeps for the next batch. For those who need keys and values; validation walks without it.
class DecompressedRecords {
 public:
  // Valid until the next call, and while the batch is. kCorruptMessage: the bytes are not what the codec
  // writes; kMessageTooLarge: they are more than `size_max`.
  Outcome<ByteView> of(const BatchView& batch, Decompressor& decompressor, size_t size_max);

 private:
  Bytes plain_;
};

}  // namespace klamm::protocol
