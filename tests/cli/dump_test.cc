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
#include "protocol/metadata_record.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_control.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
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

Bytes plain_batch(int64_t base) {
  protocol::RecordBatchBuilder builder({.base_offset = Offset{base}, .leader_epoch = Epoch{3}});
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
  protocol::RecordBatchBuilder builder({.base_offset = Offset{0}});
  builder.append(1000, std::nullopt, value);
  builder.append(1000, std::nullopt, as_bytes("x"));
  const Ran ran = dump(write("00000000000000000000.log", builder.build()),
                       {"--cluster-metadata-decoder", "--skip-record-metadata"});
  REQUIRE(ran.out.find("| payload: {\"type\":\"FEATURE_LEVEL_RECORD\",\"version\":0,\"data\":{\"name\":"
                       "\"metadata.version\",\"featureLevel\":30}}\n") != std::string::npos);
  REQUIRE(ran.out.find("| payload: Error at 1, skipping. ") != std::string::npos);
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
  protocol::RecordBatchBuilder builder({.base_offset = Offset{0}});
  builder.append(1000, numbered(1, key, 0), numbered(3, value, 3));
  builder.append(1000, numbered(1, key, 0), std::nullopt);
  builder.append(1000, numbered(2, group_key, 0), numbered(3, group, 3));
  builder.append(1000, numbered(99, group_key, 0), as_bytes("x"));
  const Ran ran = dump(write("00000000000000000000.log", builder.build()),
                       {"--offsets-decoder", "--skip-record-metadata"});
  REQUIRE(ran.out.find("| key: {\"type\":\"1\",\"data\":{\"group\":\"g\",\"topic\":\"t\",\"partition\":0}} "
                       "payload: {\"version\":\"3\",\"data\":{\"offset\":7,\"leaderEpoch\":-1,"
                       "\"metadata\":\"\","
                       "\"commitTimestamp\":0}}\n") != std::string::npos);
  REQUIRE(ran.out.find(" payload: <DELETE>\n") != std::string::npos);
  REQUIRE(ran.out.find("\"subscription\":{\"topics\":[\"t\"],\"userData\":null}") != std::string::npos);
  REQUIRE(ran.out.find("| key: Unknown record type 99 at offset 3, skipping.\n") != std::string::npos);
}

TEST_CASE_METHOD(DumpFixture, "control records say what they are") {
  const Bytes marker = protocol::build_transaction_marker(
      Offset{0}, Epoch{1}, 1000, protocol::ControlType::kCommit, 42, 1, Epoch{5});
  const Ran ran = dump(write("00000000000000000000.log", marker), {"--deep-iteration"});
  REQUIRE(ran.out.find(" endTxnMarker: COMMIT coordinatorEpoch: 5\n") != std::string::npos);
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
  REQUIRE(dump(write("00000000000000000022.snapshot", bytes)).err.starts_with("Snapshot is corrupt"));
}

TEST_CASE_METHOD(DumpFixture, "a file of no known kind is passed over, one that is not there ends the dump") {
  const std::string path = write("partition.metadata", {});
  REQUIRE(dump(path).err == "Ignoring unknown file " + path + "\n");
  REQUIRE(dump("/nowhere/0.log").status == 1);
}

}  // namespace
}  // namespace klamm::cli
