#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/crc32c.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/feature_level_record.h"
#include "protocol/messages/group_metadata_key.h"
#include "protocol/messages/group_metadata_value.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/messages/snapshot_header_record.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_control.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
#include "storage/txn_index.h"
#include "tests/cli/fake_broker.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

namespace fs = std::filesystem;
using protocol::Writer;

template <class Message>
Bytes numbered(int16_t number, const Message& message, int16_t version) {
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(number);
  message.write(writer, version);
  return bytes;
}

class DumpFixture : public ToolBench {
 public:
  DumpFixture() {
    char name[] = "/tmp/klamm-dump-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    folder = name;
  }
  ~DumpFixture() { fs::remove_all(folder); }

  std::string write(const std::string& name, const Bytes& bytes) {
    const fs::path path = folder / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }

  Ran dump(const std::string& path, std::vector<std::string_view> words = {}) {
    words.insert(words.begin(), path);
    words.insert(words.begin(), "--files");
    return run("kafka-dump-log", std::move(words));
  }

  fs::path folder;
};

protocol::BatchFields fields_at(int64_t base) {
  protocol::BatchFields fields;
  fields.base_offset = Offset{base};
  fields.leader_epoch = Epoch{3};
  return fields;
}

Bytes plain_batch(int64_t base) {
  protocol::RecordBatchBuilder builder(fields_at(base));
  const std::vector<protocol::NewHeader> headers = {{"h", std::nullopt}};
  builder.append(1000, as_bytes("k"), as_bytes("v0"), headers);
  builder.append(1001, std::nullopt, as_bytes("v1"));
  return builder.build();
}

std::string crc_of(const Bytes& batch) {
  return std::to_string(protocol::BatchView(ByteView(batch)).stored_crc());
}

TEST_CASE_METHOD(DumpFixture, "a log's batches are shown in Kafka's words, its records on demand") {
  const Bytes batch = plain_batch(0);
  const std::string path = write("00000000000000000000.log", batch);
  const std::string head =
      "Dumping " + path +
      "\nLog starting offset: 0\n"
      "baseOffset: 0 lastOffset: 1 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 "
      "producerEpoch: -1 partitionLeaderEpoch: 3 isTransactional: false isControl: false "
      "deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1001 size: " +
      std::to_string(batch.size()) + " magic: 2 compresscodec: none crc: " + crc_of(batch) +
      " isvalid: true\n";
  REQUIRE(dump(path).out == head);
  REQUIRE(dump(path, {"--print-data-log"}).out ==
          head +
              "| offset: 0 CreateTime: 1000 keySize: 1 valueSize: 2 sequence: -1 headerKeys: [h] key: k "
              "payload: v0\n"
              "| offset: 1 CreateTime: 1001 keySize: -1 valueSize: 2 sequence: -1 headerKeys: [] payload: "
              "v1\n");
  REQUIRE(dump(path, {"--print-data-log", "--skip-record-metadata"}).out ==
          head + "| key: k payload: v0\n| payload: v1\n");
}

TEST_CASE_METHOD(DumpFixture, "what is behind the last whole batch is counted") {
  Bytes bytes = plain_batch(0);
  bytes.resize(bytes.size() + 5);
  const Ran ran = dump(write("00000000000000000000.log", bytes));
  REQUIRE(ran.out.ends_with("\nFound 5 invalid bytes at the end of 00000000000000000000.log\n"));
}

TEST_CASE_METHOD(DumpFixture, "a batch that is longer than the file is none, however long it says it is") {
  Bytes bytes = plain_batch(0);
  const size_t whole = bytes.size();
  const Bytes other = plain_batch(2);
  bytes.insert(bytes.end(), other.begin(), other.end());
  store_be32(bytes.data() + whole + 8, 0x7FFFFFFF);
  const Ran ran = dump(write("00000000000000000000.log", bytes), {"--deep-iteration"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out.ends_with("\nFound " + std::to_string(other.size()) +
                            " invalid bytes at the end of 00000000000000000000.log\n"));
}

TEST_CASE_METHOD(DumpFixture, "a dump ends where something begins that is no batch") {
  Bytes bytes = plain_batch(0);
  bytes.resize(bytes.size() + 100);
  const std::string path = write("00000000000000000000.log", bytes);
  const Ran ran = dump(path);
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out.find("baseOffset: 0 ") != std::string::npos);
  REQUIRE(ran.err == "Found record size 0 smaller than minimum record overhead (14) in file " + path + ".\n");
}

TEST_CASE_METHOD(DumpFixture, "with a byte damaged, or cut anywhere, a log is dumped in order") {
  const Bytes batch = plain_batch(0);
  for (size_t at = 0; at < batch.size(); ++at) {
    Bytes damaged = batch;
    damaged[at] ^= 0xFF;
    REQUIRE(dump(write("00000000000000000000.log", damaged), {"--print-data-log"}).status <= 1);
    const Bytes cut(batch.begin(), batch.begin() + static_cast<ptrdiff_t>(at));
    REQUIRE(dump(write("00000000000000000000.log", cut), {"--offsets-decoder"}).status == 0);
  }
}

TEST_CASE_METHOD(DumpFixture, "of a log no more is read than is asked for") {
  Bytes bytes = plain_batch(0);
  const std::string first = std::to_string(bytes.size());
  const Bytes other = plain_batch(2);
  bytes.insert(bytes.end(), other.begin(), other.end());
  const std::string path = write("00000000000000000000.log", bytes);
  const Ran ran = dump(path, {"--max-bytes", first});
  REQUIRE(ran.out.find("baseOffset: 0 ") != std::string::npos);
  REQUIRE(ran.out.find("baseOffset: 2 ") == std::string::npos);
  REQUIRE(ran.out.find("invalid bytes") == std::string::npos);
  REQUIRE(dump(path, {"--max-bytes", "-1"}).status == 1);
}

TEST_CASE_METHOD(DumpFixture, "behind the largest offset comes the smallest, as in Java") {
  Bytes batch = plain_batch(0);
  store_be64(batch.data(), 0x7FFFFFFFFFFFFFFF);
  const Ran ran = dump(write("00000000000000000000.log", batch), {"--deep-iteration"});
  REQUIRE(ran.out.find("baseOffset: 9223372036854775807 lastOffset: -9223372036854775808 ") !=
          std::string::npos);
  REQUIRE(ran.out.find("| offset: -9223372036854775808 ") != std::string::npos);
  REQUIRE(ran.err.find("9223372036854775807 is followed by") == std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "offsets with a gap between them are told at the end") {
  Bytes bytes = plain_batch(0);
  const Bytes other = plain_batch(7);
  bytes.insert(bytes.end(), other.begin(), other.end());
  const std::string path = write("00000000000000000000.log", bytes);
  REQUIRE(dump(path, {"--deep-iteration"}).err ==
          "Non-consecutive offsets in " + path + "\n  1 is followed by 7\n");
}

TEST_CASE_METHOD(DumpFixture, "records of the metadata log are shown as JSON") {
  protocol::FeatureLevelRecord record;
  record.name = "metadata.version";
  record.feature_level = 30;
  Bytes value;
  Writer writer(value);
  protocol::write_metadata_record(writer, record, 0);
  protocol::RecordBatchBuilder builder(fields_at(0));
  builder.append(1000, std::nullopt, value);
  builder.append(1000, std::nullopt, as_bytes("x"));
  const Ran ran = dump(write("00000000000000000000.log", builder.build()),
                       {"--cluster-metadata-decoder", "--skip-record-metadata"});
  REQUIRE(ran.out.find("| payload: {\"type\":\"FEATURE_LEVEL_RECORD\",\"version\":0,\"data\":{\"name\":"
                       "\"metadata.version\",\"featureLevel\":30}}\n") != std::string::npos);
  REQUIRE(ran.out.find("| payload: Error at 1, skipping. Could not deserialize metadata record due to "
                       "unknown frame version 120(") != std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "offsets and groups are shown as JSON, members' own bytes with them") {
  protocol::OffsetCommitKey key;
  key.group = "g";
  key.topic = "t";
  protocol::OffsetCommitValue value;
  value.offset = 7;
  protocol::GroupMetadataKey group_key;
  group_key.group = "g";
  protocol::ConsumerProtocolSubscription subscription;
  subscription.topics = {"t"};
  const Bytes subscribed = numbered(0, subscription, 0);
  protocol::GroupMetadataValue group;
  group.protocol_type = "consumer";
  group.members.emplace_back().subscription = subscribed;
  protocol::RecordBatchBuilder builder(fields_at(0));
  builder.append(1000, numbered(1, key, 0), numbered(3, value, 3));
  builder.append(1000, numbered(1, key, 0), std::nullopt);
  builder.append(1000, numbered(2, group_key, 0), numbered(3, group, 3));
  builder.append(1000, numbered(99, group_key, 0), as_bytes("x"));
  builder.append(1000, numbered(1, key, 0), as_bytes("x"));
  const Ran ran = dump(write("00000000000000000000.log", builder.build()),
                       {"--offsets-decoder", "--skip-record-metadata"});
  REQUIRE(ran.out.find("| key: {\"type\":\"1\",\"data\":{\"group\":\"g\",\"topic\":\"t\",\"partition\":0}} "
                       "payload: {\"version\":\"3\",\"data\":{\"offset\":7,\"leaderEpoch\":-1,"
                       "\"metadata\":\"\","
                       "\"commitTimestamp\":0}}\n") != std::string::npos);
  REQUIRE(ran.out.find(" payload: <DELETE>\n") != std::string::npos);
  REQUIRE(ran.out.find("\"subscription\":{\"topics\":[\"t\"],\"userData\":null}") != std::string::npos);
  REQUIRE(ran.out.find("| key: Unknown record type 99 at offset 3, skipping.\n") != std::string::npos);
  REQUIRE(ran.out.find("| key: Error at offset 4, skipping. Could not read version from value's buffer.\n") !=
          std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "control records say what they are") {
  const Bytes marker = protocol::build_transaction_marker(
      Offset{0}, Epoch{1}, 1000, protocol::ControlType::kCommit, 42, 1, Epoch{5});
  const Ran ran = dump(write("00000000000000000000.log", marker), {"--deep-iteration"});
  REQUIRE(ran.out.find(" endTxnMarker: COMMIT coordinatorEpoch: 5\n") != std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "a snapshot of the metadata says where it ends, and what its head says") {
  protocol::SnapshotHeaderRecord header;
  header.last_contained_log_timestamp = 7;
  Bytes value;
  Writer writer(value);
  header.write(writer, 0);
  const protocol::ControlRecord records[] = {{protocol::ControlType::kSnapshotHeader, value}};
  const Bytes batch = protocol::build_control_batch(Offset{0}, Epoch{0}, 1000, records);
  const Ran ran = dump(write("00000000000000000042-0000000003.checkpoint", batch),
                       {"--cluster-metadata-decoder"});
  REQUIRE(ran.out.find("\nSnapshot end offset: 42, epoch: 3\n") != std::string::npos);
  REQUIRE(ran.out.find(" SnapshotHeader {\"version\":0,\"lastContainedLogTimestamp\":7}\n") !=
          std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "numbers are shown by their decoders; less than one ends the dump") {
  Bytes number(8);
  store_be64(number.data(), 42);
  protocol::RecordBatchBuilder builder(fields_at(0));
  builder.append(1000, as_bytes("k"), number);
  builder.append(1000, as_bytes("k"), as_bytes("abc"));
  const Ran ran = dump(write("00000000000000000000.log", builder.build()),
                       {"--value-decoder-class", "org.apache.kafka.tools.api.LongDecoder"});
  REQUIRE(ran.out.find(" key: k payload: 42\n") != std::string::npos);
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err == "the value of the record at offset 1 has 3 bytes, and a number would have 8\n");
}

TEST_CASE_METHOD(DumpFixture, "indexes are compared with the log") {
  write("00000000000000000000.log", plain_batch(0));
  Bytes index(16);
  storage::OffsetEntry{.relative_offset = 1, .position = 0}.encode(index.data());
  const std::string path = write("00000000000000000000.index", index);
  REQUIRE(dump(path).out == "Dumping " + path + "\noffset: 1 position: 0\n");
  REQUIRE(dump(path, {"--index-sanity-check"}).out ==
          "Dumping " + path + "\n" + path + " passed sanity check.\n");
  Bytes times(12);
  storage::TimeEntry{.timestamp = 1000, .relative_offset = 1}.encode(times.data());
  const std::string time_path = write("00000000000000000000.timeindex", times);
  const Ran ran = dump(time_path);
  REQUIRE(ran.out == "Dumping " + time_path + "\ntimestamp: 1000 offset: 1\n");
  REQUIRE(ran.err == "Found timestamp mismatch in :" + time_path +
                         "\n  Index timestamp: 1000, log timestamp: 1001\n");
}

TEST_CASE_METHOD(DumpFixture, "the check of an index finds what a start of the broker would") {
  write("00000000000000000007.log", plain_batch(7));
  Bytes index(8);
  storage::OffsetEntry{.relative_offset = -1, .position = 0}.encode(index.data());
  const std::string path = write("00000000000000000007.index", index);
  const Ran ran = dump(path, {"--index-sanity-check"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err == "Corrupt index found, index file " + path +
                         " has non-zero size but the last offset is 6 which is less than the base offset "
                         "7\n");
  Bytes times(24);
  storage::TimeEntry{.timestamp = 1001, .relative_offset = 1}.encode(times.data());
  storage::TimeEntry{.timestamp = 1000, .relative_offset = 1}.encode(times.data() + 12);
  const Ran of_times = dump(write("00000000000000000007.timeindex", times), {"--index-sanity-check"});
  REQUIRE(of_times.err.starts_with("Corrupt time index found, time index file ("));
  times.resize(13);
  REQUIRE(dump(write("00000000000000000007.timeindex", times), {"--index-sanity-check"})
              .err.ends_with(" is corrupt, found 13 bytes which is neither positive nor a multiple of 12\n"));
}

TEST_CASE_METHOD(DumpFixture, "indexes that lead nowhere are told, and end the tool in order") {
  write("00000000000000000000.log", plain_batch(0));
  Bytes index(8);
  storage::OffsetEntry{.relative_offset = 1, .position = 0xFFFFFFFF}.encode(index.data());
  const std::string path = write("00000000000000000000.index", index);
  REQUIRE(dump(path).status == 1);
  Bytes times(12);
  storage::TimeEntry{.timestamp = 1001, .relative_offset = 9}.encode(times.data());
  const std::string time_path = write("00000000000000000000.timeindex", times);
  REQUIRE(dump(time_path).err == "The following indexed offsets are not found in :" + time_path +
                                     "\nIndexed offset: 9, found log offset: -1\n");
  REQUIRE(dump(write("copy.index", index)).err.ends_with(": the name does not begin with the segment's "
                                                          "offset\n"));
}

TEST_CASE_METHOD(DumpFixture, "aborted transactions are listed, up to a version that nobody knows") {
  Bytes index(2 * storage::AbortedTxn::kSize + 5);
  const storage::AbortedTxn txn{.producer_id = 42,
                                .first_offset = Offset{1},
                                .last_offset = Offset{5},
                                .last_stable_offset = Offset{6}};
  txn.encode(index.data());
  store_be16(index.data() + storage::AbortedTxn::kSize, 1);
  const std::string path = write("00000000000000000000.txnindex", index);
  const Ran ran = dump(path);
  REQUIRE(ran.out == "Dumping " + path +
                         "\nversion: 0 producerId: 42 firstOffset: 1 lastOffset: 5 lastStableOffset: 6\n");
  REQUIRE(ran.status == 1);
}

TEST_CASE_METHOD(DumpFixture, "a producers' snapshot is shown, and a damaged one is told") {
  Bytes entries;
  Writer writer(entries);
  writer.i32(1);
  writer.i64(42);
  writer.i16(1);
  writer.i32(9);   // last sequence
  writer.i64(20);  // last offset
  writer.i32(4);   // less its first
  writer.i64(1000);
  writer.i32(-1);
  writer.i64(-1);
  Bytes bytes;
  Writer head(bytes);
  head.i16(1);
  head.u32(crc32c(entries));
  head.raw(entries);
  const std::string path = write("00000000000000000021.snapshot", bytes);
  REQUIRE(dump(path).out ==
          "Dumping " + path +
              "\nproducerId: 42 producerEpoch: 1 coordinatorEpoch: -1 currentTxnFirstOffset: "
              "OptionalLong.empty lastTimestamp: 1000 firstSequence: 5 lastSequence: 9 lastOffset: 20 "
              "offsetDelta: 4 timestamp: 1000\n");
  bytes.back() ^= 1;
  const Ran damaged = dump(write("00000000000000000022.snapshot", bytes));
  REQUIRE(damaged.err.starts_with("Snapshot is corrupt"));
  REQUIRE(damaged.status == 0);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    const Ran ran = dump(write("00000000000000000023.snapshot", cut));
    REQUIRE(ran.err == "Snapshot failed schema validation: it is shorter than it says\n");
  }
}

TEST_CASE_METHOD(DumpFixture, "a snapshot that says it has more producers than bytes shows none") {
  Bytes entries;
  Writer writer(entries);
  writer.i32(0x7FFFFFFF);
  Bytes bytes;
  Writer head(bytes);
  head.i16(1);
  head.u32(crc32c(entries));
  head.raw(entries);
  const std::string path = write("00000000000000000021.snapshot", bytes);
  const Ran ran = dump(path);
  REQUIRE(ran.out == "Dumping " + path + "\n");
  REQUIRE(ran.err == "Snapshot failed schema validation: it is shorter than it says\n");
}

TEST_CASE_METHOD(DumpFixture, "a file of no known kind is passed over, one that is not there ends the dump") {
  const std::string path = write("partition.metadata", {});
  REQUIRE(dump(path).err == "Ignoring unknown file " + path + "\n");
  REQUIRE(dump("/nowhere/0.log").status == 1);
}

}  // namespace
}  // namespace klamm::cli
