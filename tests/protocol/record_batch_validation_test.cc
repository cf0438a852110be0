#include "tests/testing.h"

#include <limits>

#include "tests/protocol/record_batch_fixture.h"

using namespace klamm;
using namespace klamm::protocol;
using namespace klamm::protocol::fixture;

namespace {

namespace layout = batch_layout;

constexpr int64_t kHour = 3'600'000;
constexpr int64_t kLongMax = std::numeric_limits<int64_t>::max();

// One record: key "k" or null, an empty value, no headers.
Bytes record(int offset_delta, bool with_key = true) {
  Bytes record = with_key ? hex("0e 00 00 00 02 6b 00 00") : hex("0c 00 00 00 01 00 00");
  record[3] = static_cast<uint8_t>(offset_delta * 2);
  return record;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes batch_at(int64_t timestamp, Codec codec = Codec::kNone) {
  RecordBatchBuilder builder(fields_with(codec));
  builder.append(timestamp, as_bytes("k"), as_bytes("v"));
  Compressor compressor;
  return builder.build(compressor);
}

AppendRules rules_with(Compression compression) {
  AppendRules changed = rules();
  changed.compression = compression;
  return changed;
}
AppendRules append_time_rules() {
  AppendRules changed = rules();
  changed.timestamp_type = TimestampType::kLogAppendTime;
  return changed;
}
AppendRules compacted_rules() {
  AppendRules changed = rules();
  changed.is_compacted = true;
  return changed;
}

// A batch of `codec` around bytes that are compressed already.
Bytes batch_of_compressed(Codec codec, ByteView body, int32_t count) {
  Bytes batch = batch_around(Codec::kNone, body, count);
  set_attribute(batch, static_cast<uint16_t>(codec));
  return batch;
}

// A record whose value is `parts` times 16 MiB of almost nothing but zeros, compressed: the codec's stream
// with its repeatable part repeated.
Bytes bomb(Codec codec, int parts) {
  Bytes plain = hex("00 00 00 00 01 feffffff0f");
  plain.resize(16 << 20);
  Bytes stream;
  Compressor().compress(Compression::by_default(codec), plain, stream);
  // An lz4 frame ends for good with its end mark; gzip members and zstd frames may follow one another.
  constexpr size_t kLz4Header = 7, kLz4EndMark = 4;
  size_t from = codec == Codec::kLz4 ? kLz4Header : 0;
  size_t to = codec == Codec::kLz4 ? stream.size() - kLz4EndMark : stream.size();
  Bytes part(stream.begin() + from, stream.begin() + to);
  Bytes whole(stream.begin(), stream.begin() + from);
  for (int i = 0; i < parts; ++i) whole.insert(whole.end(), part.begin(), part.end());
  whole.insert(whole.end(), stream.begin() + to, stream.end());
  return whole;
}

template <class Change>
ErrorCode verdict_after(Change change, Codec codec = Codec::kNone) {
  Bytes bytes = simple_batch(codec);
  change(bytes);
  return verdict(bytes);
}

}  // namespace

TEST_CASE("a good batch of any codec is accepted in place, unchanged") {
  for (Codec codec : kAllCodecs) {
    Bytes bytes = simple_batch(codec, 100);
    Bytes before = bytes;
    Codecs codecs;
    auto result = validate_for_append(bytes, rules(), codecs);
    REQUIRE(result.ok());
    REQUIRE(result->batch.data() == bytes.data());
    REQUIRE(result->batch.size() == bytes.size());
    REQUIRE(result->rewritten.empty());
    REQUIRE(result->record_count == 100);
    REQUIRE(result->max_timestamp == kNow + 99);
    REQUIRE(result->max_timestamp_index == 99);
    REQUIRE(bytes == before);
  }
}

TEST_CASE("there is exactly one batch, and the start of another is dropped") {
  Bytes batch = simple_batch(Codec::kLz4);
  REQUIRE(verdict({}) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict(batch + batch) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict(batch + Bytes(17, 0)) == ErrorCode::kCorruptMessage);
  Bytes cut = batch;
  cut.pop_back();
  REQUIRE(verdict(cut) == ErrorCode::kInvalidRecord);
  Bytes with_stump = batch + cut;
  Codecs codecs;
  auto result = validate_for_append(with_stump, rules(), codecs);
  REQUIRE(result.ok());
  REQUIRE(result->batch.size() == batch.size());
}

TEST_CASE("old magics are invalid, unknown ones and bad lengths corrupt") {
  REQUIRE(verdict_after([](Bytes& b) { b[layout::kMagic] = 1; }) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { b[layout::kMagic] = 3; }) == ErrorCode::kCorruptMessage);
  REQUIRE(verdict_after([](Bytes& b) { b[layout::kLength] = 0xFF; }) == ErrorCode::kCorruptMessage);
}

TEST_CASE("any flipped bit that the CRC covers is corrupt") {
  Bytes good = simple_batch(Codec::kSnappy, 2);
  for (size_t at = layout::kCrc; at < good.size(); ++at) {
    Bytes bytes = good;
    bytes[at] ^= 0x10;
    REQUIRE(verdict(bytes) == ErrorCode::kCorruptMessage);
  }
}

TEST_CASE("offsets and counts of the header must agree") {
  REQUIRE(verdict_after([](Bytes& b) { set_i32(b, layout::kLastOffsetDelta, 3); }) ==
          ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { set_i32(b, layout::kLastOffsetDelta, -1); }) ==
          ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { set_i32(b, layout::kRecordCount, 0); }) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { set_i64(b, layout::kBaseOffset, 5); }) == ErrorCode::kInvalidRecord);
}

TEST_CASE("the header's count must be that of the records") {
  for (Codec codec : kAllCodecs) {
    for (int32_t count : {2, 4}) {
      auto change = [&](Bytes& bytes) {
        set_i32(bytes, layout::kLastOffsetDelta, count - 1);
        set_i32(bytes, layout::kRecordCount, count);
      };
      REQUIRE(verdict_after(change, codec) == ErrorCode::kInvalidRecord);
    }
  }
}

TEST_CASE("clients write no control records, and no producer id without a sequence") {
  REQUIRE(verdict_after([](Bytes& b) { set_attribute(b, layout::kControl); }) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { set_i64(b, layout::kProducerId, 1); }) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict_after([](Bytes& b) { set_attribute(b, layout::kTransactional); }) == ErrorCode::kNone);
}

TEST_CASE("a codec that does not exist, or not yet in this version, is refused") {
  REQUIRE(verdict_after([](Bytes& b) { set_attribute(b, 5); }) == ErrorCode::kUnknownServerError);
  AppendRules old = rules();
  old.produce_version = 6;
  REQUIRE(verdict(simple_batch(Codec::kZstd), old) == ErrorCode::kUnsupportedCompressionType);
  REQUIRE(verdict(simple_batch(Codec::kLz4), old) == ErrorCode::kNone);
}

TEST_CASE("a batch as large as max.message.bytes is accepted, a larger one is not") {
  Bytes bytes = simple_batch(Codec::kNone);
  AppendRules limited = rules();
  limited.max_message_bytes = bytes.size();
  REQUIRE(verdict(bytes, limited) == ErrorCode::kNone);
  limited.max_message_bytes = bytes.size() - 1;
  REQUIRE(verdict(bytes, limited) == ErrorCode::kMessageTooLarge);
}

TEST_CASE("records that are not what they say are invalid, in every codec") {
  for (Codec codec : kAllCodecs) {
    auto check = [&](std::string_view section) { return verdict(batch_around(codec, hex(section), 1)); };
    REQUIRE(check("16 00 00 00 02 6b 02 76 02 02 68 01") == ErrorCode::kNone);
    REQUIRE(check("10 00 00 00 02 6b 02 76 01") == ErrorCode::kInvalidRecord);  // -1 headers
    REQUIRE(check("14 00 00 00 02 6b 02 76 02 01 01") ==
            ErrorCode::kInvalidRecord);  // a header's key is null
    REQUIRE(check("16 00 00 00 02 6b 02 76 02 02 68 04") ==
            ErrorCode::kInvalidRecord);  // the end comes first
    REQUIRE(check("16 00 ff ff ff ff ff ff ff ff ff ff 01") == ErrorCode::kInvalidRecord);
    REQUIRE(check("16 00 00 00 02 6b 02 76 02 02 68 01 00") == ErrorCode::kInvalidRecord);  // a byte too many
  }
}

TEST_CASE("a record's own length counts where Kafka looks at it: not while walking a compressed batch") {
  Bytes wrong = hex("18 00 00 00 02 6b 02 76 00 0e 00 00 02 02 6b 00 00");
  REQUIRE(verdict(batch_around(Codec::kNone, wrong, 2)) == ErrorCode::kInvalidRecord);
  REQUIRE(verdict(batch_around(Codec::kLz4, wrong, 2)) == ErrorCode::kNone);
  REQUIRE(verdict(batch_around(Codec::kLz4, wrong, 2), rules_with({Codec::kZstd, 3})) ==
          ErrorCode::kInvalidRecord);
}

TEST_CASE("a body that its codec does not understand has Kafka's code for what it did not foresee") {
  for (Codec codec : kCompressing) {
    Bytes bytes = simple_batch(codec);
    bytes.erase(bytes.end() - 3, bytes.end());
    set_i32(bytes, layout::kLength, static_cast<int32_t>(bytes.size() - 12));
    REQUIRE(verdict(bytes) == ErrorCode::kUnknownServerError);
    REQUIRE(verdict(bytes, rules_with({Codec::kNone, 0})) == ErrorCode::kUnknownServerError);
  }
}

TEST_CASE("timestamps must be near the broker's clock, to the millisecond") {
  AppendRules strict = rules();
  strict.timestamp_before_max_ms = kHour;
  for (Codec codec : {Codec::kNone, Codec::kZstd}) {
    REQUIRE(verdict(batch_at(kNow - kHour, codec), strict) == ErrorCode::kNone);
    REQUIRE(verdict(batch_at(kNow - kHour - 1, codec), strict) == ErrorCode::kInvalidTimestamp);
    REQUIRE(verdict(batch_at(kNow + kHour, codec), strict) == ErrorCode::kNone);
    REQUIRE(verdict(batch_at(kNow + kHour + 1, codec), strict) == ErrorCode::kInvalidTimestamp);
    REQUIRE(verdict(batch_at(kNoTimestamp, codec), strict) == ErrorCode::kNone);
  }
  REQUIRE(verdict(batch_at(kLongMax)) == ErrorCode::kInvalidTimestamp);
}

TEST_CASE("every record without a key is named when the topic is compacted") {
  for (Codec codec : {Codec::kNone, Codec::kGzip}) {
    Bytes bytes = batch_around(codec, record(0, false) + record(1) + record(2, false), 3);
    REQUIRE(verdict(bytes) == ErrorCode::kNone);
    Codecs codecs;
    auto result = validate_for_append(bytes, compacted_rules(), codecs);
    REQUIRE(result.error().code == ErrorCode::kInvalidRecord);
    REQUIRE(result.error().record_errors.size() == 2);
    REQUIRE(result.error().record_errors[0].batch_index == 0);
    REQUIRE(result.error().record_errors[1].batch_index == 2);
    REQUIRE_FALSE(result.error().record_errors[0].message.empty());
  }
}

TEST_CASE("one bad timestamp among missing keys makes the whole a matter of timestamps") {
  RecordBatchBuilder builder({});
  builder.append(kNow, std::nullopt, as_bytes("v"));
  builder.append(kNow + 2 * kHour, as_bytes("k"), as_bytes("v"));
  REQUIRE(verdict(builder.build(), compacted_rules()) == ErrorCode::kInvalidTimestamp);
}

TEST_CASE("a response names a bounded number of records") {
  RecordBatchBuilder builder({});
  for (size_t i = 0; i < kRecordErrorsMax + 10; ++i) builder.append(kNow, std::nullopt, std::nullopt);
  Bytes bytes = builder.build();
  Codecs codecs;
  auto result = validate_for_append(bytes, compacted_rules(), codecs);
  REQUIRE(result.error().record_errors.size() == kRecordErrorsMax);
}

TEST_CASE("a refused batch has not been changed") {
  Bytes bytes = batch_around(Codec::kNone, record(0, false), 1);
  Bytes before = bytes;
  AppendRules refusing = append_time_rules();
  refusing.is_compacted = true;
  Codecs codecs;
  REQUIRE_FALSE(validate_for_append(bytes, refusing, codecs).ok());
  REQUIRE(bytes == before);
}

TEST_CASE("log append time is written into the header, and only there") {
  for (Codec codec : kAllCodecs) {
    Bytes bytes = simple_batch(codec);
    Codecs codecs;
    auto result = validate_for_append(bytes, append_time_rules(), codecs);
    REQUIRE(result.ok());
    REQUIRE(result->rewritten.empty());
    REQUIRE(result->max_timestamp == kNow);
    REQUIRE(result->max_timestamp_index == 0);
    BatchView batch(result->batch);
    REQUIRE(batch.timestamp_type() == TimestampType::kLogAppendTime);
    REQUIRE(batch.max_timestamp() == kNow);
    REQUIRE(batch.crc_matches());
  }
}

TEST_CASE("a wrong max timestamp of the client is corrected") {
  for (Codec codec : kAllCodecs) {
    Bytes bytes = simple_batch(codec);
    set_i64(bytes, layout::kMaxTimestamp, -1);
    REQUIRE(verdict(bytes) == ErrorCode::kNone);
    Codecs codecs;
    REQUIRE(validate_for_append(bytes, rules(), codecs).ok());
    REQUIRE(BatchView(bytes).max_timestamp() == kNow + 2);
    REQUIRE(BatchView(bytes).crc_matches());
  }
}

TEST_CASE("a client that claims log append time is corrected, or refused where that is the topic's") {
  BatchFields fields;
  fields.log_append_time_ms = kNow - 5;
  for (Codec codec : kAllCodecs) {
    Bytes bytes = simple_batch(codec, 3, fields);
    REQUIRE(verdict(bytes, append_time_rules()) == ErrorCode::kInvalidTimestamp);
    Codecs codecs;
    auto result = validate_for_append(bytes, rules(), codecs);
    REQUIRE(result.ok());
    REQUIRE(BatchView(bytes).timestamp_type() == TimestampType::kCreateTime);
    REQUIRE(BatchView(bytes).max_timestamp() == kNow - 5);
    set_i64(bytes, layout::kMaxTimestamp, kNoTimestamp);
    set_attribute(bytes, layout::kLogAppendTime);
    REQUIRE(verdict(bytes) == ErrorCode::kInvalidTimestamp);
  }
}

TEST_CASE("compression.type writes a batch anew, keeping its records and its producer") {
  BatchFields fields;
  fields.is_transactional = true;
  fields.producer_id = 9;
  fields.producer_epoch = 2;
  fields.base_sequence = 17;
  for (Codec from : kAllCodecs) {
    for (Codec to : kAllCodecs) {
      Bytes bytes = simple_batch(from, 50, fields);
      Codecs codecs;
      auto result = validate_for_append(bytes, rules_with(Compression::by_default(to)), codecs);
      REQUIRE(result.ok());
      REQUIRE(result->rewritten.empty() == (from == to));
      BatchView batch(result->batch);
      REQUIRE(batch.codec() == to);
      REQUIRE(batch.crc_matches());
      REQUIRE(batch.producer_id() == 9);
      REQUIRE(batch.producer_epoch() == 2);
      REQUIRE(batch.base_sequence() == 17);
      REQUIRE(batch.is_transactional());
      REQUIRE(batch.max_timestamp() == kNow + 49);
      REQUIRE(records_in(result->batch) == records_in(bytes));
      REQUIRE(verdict(Bytes(result->batch.begin(), result->batch.end())) == ErrorCode::kNone);
    }
  }
}

TEST_CASE("offset deltas out of order are put right in a compressed batch, and left in a plain one") {
  Bytes section = record(0) + record(3);
  std::string first = "0@" + std::to_string(kNow) + " k=";
  std::string second = "@" + std::to_string(kNow) + " k=";
  for (Codec codec : kCompressing) {
    Bytes bytes = batch_around(codec, section, 2);
    Codecs codecs;
    auto result = validate_for_append(bytes, rules(), codecs);
    REQUIRE(result.ok());
    REQUIRE(BatchView(result->batch).codec() == codec);
    REQUIRE(records_in(result->batch) == std::vector<std::string>{first, "1" + second});
  }
  Bytes plain = batch_around(Codec::kNone, section, 2);
  REQUIRE(verdict(plain) == ErrorCode::kNone);
  REQUIRE(records_in(plain) == std::vector<std::string>{first, "3" + second});
}

TEST_CASE("a batch written anew has the topic's append time, or the one it claimed for each record") {
  Bytes bytes = simple_batch(Codec::kLz4, 1);
  AppendRules to_zstd = append_time_rules();
  to_zstd.compression = Compression{Codec::kZstd, 3};
  Codecs codecs;
  auto result = validate_for_append(bytes, to_zstd, codecs);
  REQUIRE(result->max_timestamp == kNow);
  REQUIRE(BatchView(result->batch).timestamp_type() == TimestampType::kLogAppendTime);
  REQUIRE(BatchView(result->batch).max_timestamp() == kNow);

  BatchFields claiming;
  claiming.log_append_time_ms = kNow - 5;
  bytes = simple_batch(Codec::kLz4, 1, claiming);
  result = validate_for_append(bytes, rules_with({Codec::kNone, 0}), codecs);
  std::string expected = "0@" + std::to_string(kNow - 5) + " key-0=value of the record with number 0";
  REQUIRE(records_in(result->batch) == std::vector<std::string>{expected});
}

TEST_CASE("a batch whose producer fields disagree is not written anew, as Kafka cannot either") {
  auto verdicts = [](int64_t producer_id, uint16_t attribute) {
    Bytes bytes = simple_batch(Codec::kLz4);
    set_i64(bytes, layout::kProducerId, producer_id);
    set_attribute(bytes, attribute);
    REQUIRE(verdict(bytes) == ErrorCode::kNone);
    return verdict(bytes, rules_with({Codec::kNone, 0}));
  };
  REQUIRE(verdicts(kNoProducerId, 0) == ErrorCode::kNone);
  REQUIRE(verdicts(kNoProducerId, layout::kTransactional) == ErrorCode::kUnknownServerError);
  REQUIRE(verdicts(-7, 0) == ErrorCode::kUnknownServerError);
}

TEST_CASE("a batch that has grown too large by being written anew is refused") {
  Bytes bytes = simple_batch(Codec::kZstd, 1000);
  AppendRules to_plain = rules_with({Codec::kNone, 0});
  to_plain.max_message_bytes = bytes.size() + 100;
  REQUIRE(verdict(bytes, to_plain) == ErrorCode::kMessageTooLarge);
}

TEST_CASE("records that cross the pieces of a decompressed body are walked whole") {
  for (Codec codec : kCompressing) {
    RecordBatchBuilder builder(fields_with(codec));
    for (int i = 0; i < 600; ++i) {
      Bytes value(static_cast<size_t>(i * 37 % 1500), static_cast<uint8_t>(i));
      NewHeader headers[] = {{"some header", value}, {"", std::nullopt}};
      builder.append(kNow + i % 7, value, value, headers);
    }
    Compressor compressor;
    Bytes bytes = builder.build(compressor);
    Codecs codecs;
    auto result = validate_for_append(bytes, rules(), codecs);
    REQUIRE(result.ok());
    REQUIRE(result->max_timestamp == kNow + 6);
    REQUIRE(result->max_timestamp_index == 6);
  }
}

TEST_CASE("the limit on what comes out grows with what goes in, between two bounds") {
  constexpr size_t kMiB = 1 << 20;
  REQUIRE(plain_size_max(100, kMiB) == 16 * kMiB);
  REQUIRE(plain_size_max(32 * 1024, kMiB) == 1040 * 32 * 1024);
  REQUIRE(plain_size_max(kMiB, kMiB) == 64 * kMiB);
  REQUIRE(plain_size_max(kMiB, 1000) == 64 * kMiB);
  REQUIRE(plain_size_max(10 * kMiB, 10 * kMiB) == 640 * kMiB);
}

TEST_CASE("a bomb is refused when more than the limit has come out, and so can be split") {
  for (Codec codec : {Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    Bytes batch = batch_of_compressed(codec, bomb(codec, 20), 1);
    AppendRules large = rules();
    large.max_message_bytes = batch.size();
    REQUIRE(verdict(batch, large) == ErrorCode::kMessageTooLarge);
    large.compression = Compression{Codec::kNone, 0};
    REQUIRE(verdict(batch, large) == ErrorCode::kMessageTooLarge);
    // Not the size that max.message.bytes is about.
    Codecs codecs;
    auto refused = validate_for_append(batch, large, codecs);
    REQUIRE(refused.error().message.find("too large when decompressed") != std::string::npos);
  }
}
