// Batches for tests, and the verbs that tests of batches share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crc32c.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_batch_validation.h"

namespace klamm::protocol::fixture {

inline constexpr int64_t kNow = 1'700'000'000'000;
inline constexpr Codec kAllCodecs[] = {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd};
inline constexpr Codec kCompressing[] = {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd};

inline Bytes hex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  for (char c : text) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

inline BatchFields fields_with(Codec codec) {
  BatchFields fields;
  fields.compression = Compression::by_default(codec);
  return fields;
}

// `count` records with keys "key-0", values and timestamps that grow by one from kNow.
inline Bytes simple_batch(Codec codec, int count = 3, BatchFields fields = {}) {
  fields.compression = Compression::by_default(codec);
  RecordBatchBuilder builder(fields);
  for (int i = 0; i < count; ++i) {
    std::string key = "key-" + std::to_string(i);
    std::string value = "value of the record with number " + std::to_string(i);
    builder.append(kNow + i, as_bytes(key), as_bytes(value));
  }
  Compressor compressor;
  return builder.build(compressor);
}

// A batch whose record section is `section`, whatever that is.
inline Bytes batch_around(Codec codec, ByteView section, int32_t count) {
  Compressor compressor;
  return build_batch(fields_with(codec), {count, count - 1, kNow, kNow}, section, compressor);
}

inline AppendRules rules() {
  AppendRules rules;
  rules.now_ms = kNow;
  return rules;
}

// Every record as "offset@timestamp key=value", or "malformed".
inline std::vector<std::string> records_in(ByteView bytes) {
  std::vector<std::string> lines;
  BatchView batch(bytes);
  Decompressor decompressor;
  DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, 64 << 20);
  if (!section.ok()) return {"undecodable"};
  RecordCursor records(*section, batch.record_count());
  while (const Record* record = records.next()) {
    std::string line =
        std::to_string(offset_of(batch, *record).value) + "@" + std::to_string(timestamp_of(batch, *record));
    line += " " + (record->key ? std::string(as_text(*record->key)) : "(null)");
    line += "=" + (record->value ? std::string(as_text(*record->value)) : "(null)");
    HeaderCursor headers(*record);
    while (auto header = headers.next()) {
      line += " " + std::string(header->key) + ":" +
              (header->value ? std::string(as_text(*header->value)) : "(null)");
    }
    lines.push_back(line);
  }
  if (!records.ok()) lines.push_back("malformed");
  return lines;
}

// The code with which a batch is refused; kNone when it is accepted.
inline ErrorCode verdict(Bytes bytes, const AppendRules& rules = fixture::rules()) {
  Codecs codecs;
  auto result = validate_for_append(bytes, rules, codecs);
  return result.ok() ? ErrorCode::kNone : result.error().code;
}

inline void set_attribute(Bytes& batch, uint16_t bit) {
  store_be16(&batch[batch_layout::kAttributes], load_be16(&batch[batch_layout::kAttributes]) | bit);
  refresh_crc(batch);
}
inline void set_i32(Bytes& batch, size_t at, int32_t value) {
  store_be32(&batch[at], static_cast<uint32_t>(value));
  refresh_crc(batch);
}
inline void set_i64(Bytes& batch, size_t at, int64_t value) {
  store_be64(&batch[at], static_cast<uint64_t>(value));
  refresh_crc(batch);
}

}  // namespace klamm::protocol::fixture
