#include "tests/testing.h"

#include "tests/protocol/record_batch_fixture.h"

using namespace klamm;
using namespace klamm::protocol;
using namespace klamm::protocol::fixture;

namespace {

Bytes operator+(Bytes a, ByteView b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// An entry of magic 1: offset 7, timestamp 1234, null key, value "v".
Bytes legacy_entry() {
  return hex("0000000000000007 00000017 00000000 01 00 00000000000004d2 ffffffff 00000001 76");
}

struct Walk {
  std::vector<int64_t> offsets;
  BatchCursor::End end;
  size_t position;
};

Walk walk(ByteView run) {
  Walk walk{};
  BatchCursor cursor(run);
  while (auto batch = cursor.next()) walk.offsets.push_back(batch->last_offset().value);
  walk.end = cursor.end();
  walk.position = cursor.position();
  return walk;
}

}  // namespace

TEST_CASE("the header says what the batch was built with") {
  BatchFields fields;
  fields.base_offset = Offset{100};
  fields.leader_epoch = Epoch{7};
  fields.is_transactional = true;
  fields.producer_id = 4711;
  fields.producer_epoch = 3;
  fields.base_sequence = 42;
  for (Codec codec : kAllCodecs) {
    Bytes bytes = simple_batch(codec, 3, fields);
    BatchView batch(bytes);
    REQUIRE(batch.magic() == 2);
    REQUIRE(batch.codec() == codec);
    REQUIRE(batch.base_offset() == Offset{100});
    REQUIRE(batch.next_offset() == Offset{103});
    REQUIRE(batch.leader_epoch() == Epoch{7});
    REQUIRE(batch.is_transactional());
    REQUIRE_FALSE(batch.is_control());
    REQUIRE(batch.timestamp_type() == TimestampType::kCreateTime);
    REQUIRE(batch.base_timestamp() == kNow);
    REQUIRE(batch.max_timestamp() == kNow + 2);
    REQUIRE(batch.producer_id() == 4711);
    REQUIRE(batch.producer_epoch() == 3);
    REQUIRE(batch.base_sequence() == 42);
    REQUIRE(batch.last_sequence() == 44);
    REQUIRE(batch.record_count() == 3);
    REQUIRE(batch.delete_horizon_ms() == std::nullopt);
    REQUIRE(batch.crc_matches());
  }
}

TEST_CASE("records come back with keys, values, headers, nulls and timestamps") {
  RecordBatchBuilder builder({});
  NewHeader headers[] = {{"a", as_bytes("1")}, {"", std::nullopt}};
  builder.append(1000, as_bytes("k"), as_bytes("v"), headers);
  builder.append(990, std::nullopt, as_bytes(""));
  builder.append(2000, as_bytes(""), std::nullopt);
  builder.append(1500, as_bytes("last"), as_bytes("v"));
  Bytes bytes = builder.build();
  REQUIRE(records_in(bytes) == std::vector<std::string>{"0@1000 k=v a:1 :(null)", "1@990 (null)=",
                                                        "2@2000 =(null)", "3@1500 last=v"});
  REQUIRE(BatchView(bytes).base_timestamp() == 1000);
  REQUIRE(BatchView(bytes).max_timestamp() == 2000);
}

TEST_CASE("gaps that compaction leaves, its horizon and its empty batches can be written") {
  BatchFields fields;
  fields.base_offset = Offset{10};
  fields.delete_horizon_ms = 5000;
  RecordBatchBuilder builder(fields);
  builder.append_at(Offset{12}, 4000, as_bytes("k"), std::nullopt);
  builder.set_last_offset(Offset{19});
  Bytes bytes = builder.build();
  REQUIRE(records_in(bytes) == std::vector<std::string>{"12@4000 k=(null)"});
  REQUIRE(BatchView(bytes).next_offset() == Offset{20});
  REQUIRE(BatchView(bytes).delete_horizon_ms() == 5000);

  RecordBatchBuilder empty({});
  empty.set_last_offset(Offset{4});
  empty.set_max_timestamp(777);
  Bytes nothing = empty.build();
  REQUIRE(records_in(nothing).empty());
  REQUIRE(BatchView(nothing).base_timestamp() == kNoTimestamp);
  REQUIRE(BatchView(nothing).max_timestamp() == 777);
}

TEST_CASE("with log append time every record has that time") {
  BatchFields fields;
  fields.log_append_time_ms = 99;
  REQUIRE(records_in(simple_batch(Codec::kNone, 1, fields)).front().substr(0, 4) == "0@99");
}

TEST_CASE("sequence numbers wrap to zero") {
  BatchFields fields;
  fields.producer_id = 1;
  fields.base_sequence = 0x7FFFFFFE;
  REQUIRE(BatchView(simple_batch(Codec::kNone, 3, fields)).last_sequence() == 0);
  REQUIRE(sequence_after(5, 7) == 12);
}

TEST_CASE("a cursor steps over whole batches of every magic and ends clean") {
  Walk all = walk(simple_batch(Codec::kLz4) + legacy_entry() + simple_batch(Codec::kNone, 1));
  REQUIRE(all.offsets == std::vector<int64_t>{2, 7, 0});
  REQUIRE(all.end == BatchCursor::End::kClean);
}

TEST_CASE("a run that is cut anywhere ends truncated after the last whole batch") {
  Bytes first = simple_batch(Codec::kNone);
  Bytes run = first + simple_batch(Codec::kZstd);
  for (size_t size = first.size() + 1; size < run.size(); ++size) {
    Walk cut = walk(ByteView(run).first(size));
    REQUIRE(cut.offsets == std::vector<int64_t>{2});
    REQUIRE(cut.end == BatchCursor::End::kTruncated);
    REQUIRE(cut.position == first.size());
  }
}

TEST_CASE("lengths and magics that no batch has are corrupt") {
  auto end_with = [](size_t at, uint8_t value) {
    Bytes bytes = simple_batch(Codec::kNone);
    bytes[at] = value;
    return walk(bytes).end;
  };
  REQUIRE(end_with(batch_layout::kLength, 0x80) == BatchCursor::End::kCorrupt);      // negative
  REQUIRE(end_with(batch_layout::kLength + 3, 48) == BatchCursor::End::kCorrupt);    // less than a header
  REQUIRE(end_with(batch_layout::kLength + 2, 0x7F) == BatchCursor::End::kTruncated);
  // The length alone tells, before the magic has come.
  REQUIRE(walk(hex("0000000000000000 00000005")).end == BatchCursor::End::kCorrupt);
  REQUIRE(end_with(batch_layout::kMagic, 3) == BatchCursor::End::kCorrupt);
  REQUIRE(end_with(batch_layout::kMagic, 0xFF) == BatchCursor::End::kCorrupt);
}

TEST_CASE("a batch's size is known from its first 17 bytes") {
  Bytes bytes = simple_batch(Codec::kNone);
  REQUIRE(batch_size(ByteView(bytes).first(17)) == bytes.size());
  REQUIRE(batch_size(ByteView(bytes).first(16)) == std::nullopt);
}

TEST_CASE("a legacy entry says its offset and timestamp") {
  Bytes bytes = legacy_entry();
  BatchView batch(bytes);
  REQUIRE(batch.is_legacy());
  REQUIRE(batch.next_offset() == Offset{8});
  REQUIRE(batch.max_timestamp() == 1234);
  REQUIRE(batch.producer_id() == kNoProducerId);
  REQUIRE(batch.leader_epoch() == kNoEpoch);
  REQUIRE(batch.records().empty());
}

TEST_CASE("offset and epoch are patched without touching what the CRC covers") {
  Bytes bytes = simple_batch(Codec::kNone);
  uint32_t crc = BatchView(bytes).stored_crc();
  patch_base_offset(bytes, Offset{1'000'000'000'000});
  patch_leader_epoch(bytes, Epoch{12});
  BatchView batch(bytes);
  REQUIRE(batch.base_offset() == Offset{1'000'000'000'000});
  REQUIRE(batch.leader_epoch() == Epoch{12});
  REQUIRE(batch.stored_crc() == crc);
  REQUIRE(batch.crc_matches());
}

TEST_CASE("a patched timestamp and type are covered by a new CRC") {
  Bytes bytes = simple_batch(Codec::kGzip);
  patch_max_timestamp_and_type(bytes, 5, TimestampType::kLogAppendTime);
  REQUIRE(BatchView(bytes).timestamp_type() == TimestampType::kLogAppendTime);
  REQUIRE(BatchView(bytes).max_timestamp() == 5);
  REQUIRE(BatchView(bytes).codec() == Codec::kGzip);
  REQUIRE(BatchView(bytes).crc_matches());
  patch_max_timestamp_and_type(bytes, 6, TimestampType::kCreateTime);
  REQUIRE(BatchView(bytes).timestamp_type() == TimestampType::kCreateTime);
  REQUIRE(BatchView(bytes).crc_matches());
}

TEST_CASE("a record section that is not what it says is malformed") {
  // One record: length 11, attributes, timestamp delta 0, offset delta 0, key "k", value "v", one header "h"
  // null.
  std::string good = "16 00 00 00 02 6b 02 76 02 02 68 01";
  auto read = [](std::string_view text, int32_t count = 1) {
    return records_in(batch_around(Codec::kNone, hex(text), count)).back();
  };
  REQUIRE(read("18 00 00 00 02 6b 02 76 02 02 68 01") == "malformed");  // longer than the section
  REQUIRE(read("14 00 00 00 02 6b 02 76 02 02 68 01") == "malformed");  // shorter than its fields
  REQUIRE(read("16 00 00 00 40 6b 02 76 02 02 68 01") == "malformed");  // a key that leaves the record
  REQUIRE(read("10 00 00 00 02 6b 02 76 01") == "malformed");           // -1 headers
  REQUIRE(read("16 00 00 00 02 6b 02 76 02 01 68 01") == "malformed");  // a header with a null key
  REQUIRE(read("01") == "malformed");                                    // a negative length
  REQUIRE(read("ff ff ff ff ff 0f") == "malformed");                     // a length that does not end
  REQUIRE(read(good, 2) == "malformed");                                 // too few
  REQUIRE(read(good + good) == "malformed");                             // too many
}
