// The bytes are those of Kafka 4.3.1's own serde for the same fields.
#include "tests/testing.h"

#include "tests/broker/hex.h"
#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {
namespace {

using klamm::broker::testing::bytes_of_hex;

protocol::OffsetCommitValue value_of(int64_t offset) {
  protocol::OffsetCommitValue value;
  value.offset = offset;
  value.leader_epoch = 7;
  value.metadata = "md";
  value.commit_timestamp = 1'700'000'000'000;
  value.topic_id = Uuid::of(0x0102030405060708, 0x090A0B0C0D0E0F10);
  return value;
}

// "42 epoch 7 'md' at 1700000000000 until -1 of AQIDBAUGBwgJCgsMDQ4PEA"
std::string text_of(const std::optional<protocol::OffsetCommitValue>& value) {
  if (!value) return "unreadable";
  return fmt::format("{} epoch {} '{}' at {} until {} of {}", value->offset, value->leader_epoch,
                     value->metadata, value->commit_timestamp, value->expire_timestamp,
                     value->topic_id.is_zero() ? "no topic" : value->topic_id.to_string());
}

}  // namespace

TEST_CASE("a commit is written in version 4, with the topic's id", "[offsets]") {
  const CoordinatorRecord record = offset_commit_record({"grp", "orders", 3}, value_of(42));
  REQUIRE(record.key == bytes_of_hex("0001 0003677270 00066f7264657273 00000003"));
  REQUIRE(*record.value == bytes_of_hex("0004 000000000000002a 00000007 036d64 0000018bcfe56800 01 00 10 "
                                        "0102030405060708090a0b0c0d0e0f10"));
}

TEST_CASE("a commit without topic id, epoch or metadata has their absence", "[offsets]") {
  protocol::OffsetCommitValue value;
  value.offset = 42;
  value.commit_timestamp = 1'700'000'000'000;
  REQUIRE(*offset_commit_record({"grp", "orders", 3}, value).value ==
          bytes_of_hex("0004 000000000000002a ffffffff 01 0000018bcfe56800 00"));
}

TEST_CASE("a commit that says when it expires is written in version 1", "[offsets]") {
  protocol::OffsetCommitValue value = value_of(42);
  value.expire_timestamp = 1'700'000'000'500;
  REQUIRE(*offset_commit_record({"grp", "orders", 3}, value).value ==
          bytes_of_hex("0001 000000000000002a 00026d64 0000018bcfe56800 0000018bcfe569f4"));
}

TEST_CASE("a tombstone has the commit's key and no value", "[offsets]") {
  const CoordinatorRecord record = offset_tombstone({"grp", "orders", 3});
  REQUIRE(record.key == offset_commit_record({"grp", "orders", 3}, value_of(42)).key);
  REQUIRE(!record.value);
}

TEST_CASE("values of all versions are read", "[offsets]") {
  const auto read = [](std::string_view bytes) { return text_of(read_offset_value(bytes_of_hex(bytes))); };
  REQUIRE(read("0000 000000000000002a 00026d64 0000018bcfe56800") ==
          "42 epoch -1 'md' at 1700000000000 until -1 of no topic");
  REQUIRE(read("0001 000000000000002a 00026d64 0000018bcfe56800 0000018bcfe569f4") ==
          "42 epoch -1 'md' at 1700000000000 until 1700000000500 of no topic");
  REQUIRE(read("0002 000000000000002a 00026d64 0000018bcfe56800") ==
          "42 epoch -1 'md' at 1700000000000 until -1 of no topic");
  REQUIRE(read("0003 000000000000002a 00000007 00026d64 0000018bcfe56800") ==
          "42 epoch 7 'md' at 1700000000000 until -1 of no topic");
  REQUIRE(read("0004 000000000000002a 00000007 036d64 0000018bcfe56800 00") ==
          "42 epoch 7 'md' at 1700000000000 until -1 of no topic");
  REQUIRE(read("0004 000000000000002a 00000007 036d64 0000018bcfe56800 01 0010"
               "0102030405060708090a0b0c0d0e0f10") ==
          "42 epoch 7 'md' at 1700000000000 until -1 of AQIDBAUGBwgJCgsMDQ4PEA");
}

TEST_CASE("values of other versions, and such as end too early, are none", "[offsets]") {
  const auto read = [](std::string_view bytes) { return text_of(read_offset_value(bytes_of_hex(bytes))); };
  REQUIRE(read("0005 000000000000002a 00000007 036d64 0000018bcfe56800 00") == "unreadable");
  REQUIRE(read("ffff 000000000000002a 00026d64 0000018bcfe56800") == "unreadable");
  REQUIRE(read("0003 000000000000002a 00000007 00026d64 0000018bcfe568") == "unreadable");
  REQUIRE(read("0003 000000000000002a 00000007 ffff 0000018bcfe56800") == "unreadable");
  REQUIRE(read("00") == "unreadable");
  REQUIRE(read("") == "unreadable");
}

TEST_CASE("keys of both types are read, others are none", "[offsets]") {
  const auto read = [](std::string_view bytes) {
    const Bytes key = bytes_of_hex(bytes);
    const auto view = read_offset_key(key);
    return view ? fmt::format("{} {} {}", view->group, view->topic, view->partition) : "unreadable";
  };
  REQUIRE(read("0000 0003677270 00066f7264657273 00000003") == "grp orders 3");
  REQUIRE(read("0001 0003677270 00066f7264657273 00000003") == "grp orders 3");
  REQUIRE(read("0002 0003677270 00066f7264657273 00000003") == "unreadable");
  REQUIRE(read("0001 0003677270 00066f7264657273 000000") == "unreadable");
}

TEST_CASE("a record that cannot be read is not applied", "[offsets]") {
  OffsetsFixture shard;
  const Bytes key = bytes_of_hex("0001 0003677270 00066f7264657273 00000003");
  const Bytes value = bytes_of_hex("0009 000000000000002a");
  REQUIRE(!shard.offsets.apply({.key = key, .value = value, .offset = Offset{0}}));
  REQUIRE(!shard.offsets.apply({.key = value, .value = {}, .offset = Offset{0}}));
  REQUIRE(shard.groups.by_id().empty());
}

}  // namespace klamm::broker::group::testing
