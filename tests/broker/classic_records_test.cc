// GroupMetadata records, byte for byte as the classes of Apache Kafka 4.3.1 write them, and subscriptions,
// which are bytes of clients.
#include "tests/testing.h"

#include "broker/group/consumer_protocol.h"
#include "broker/group/group_records.h"
#include "tests/broker/group_fixture.h"
#include "tests/broker/hex.h"

namespace klamm::broker::group {
using namespace testing;
using broker::testing::bytes_of_hex;
using broker::testing::hex;
using protocol::GroupMetadataValue;

namespace {

constexpr std::string_view kKey = "0002000167";
constexpr std::string_view kValues[] = {
    "00000008636f6e73756d657200000007000572616e676500036d2d310000000100036d2d31000163000a2f3132372e302e302e31"
    "000"
    "027100000000201020000000103",
    "00010008636f6e73756d657200000007000572616e676500036d2d310000000100036d2d31000163000a2f3132372e302e302e31"
    "000"
    "0ea60000027100000000201020000000103",
    "00020008636f6e73756d657200000007000572616e676500036d2d310000018bcfe568000000000100036d2d31000163000a2f31"
    "323"
    "72e302e302e310000ea60000027100000000201020000000103",
    "00030008636f6e73756d657200000007000572616e676500036d2d310000018bcfe568000000000100036d2d3100016900016300"
    "0a2f3132372e302e302e310000ea60000027100000000201020000000103",
    "000409636f6e73756d6572000000070672616e6765046d2d310000018bcfe5680002046d2d31026902630b2f3132372e302e302e"
    "31"
    "0000ea600000271003010202030000"};

const Bytes kSubscription = {1, 2};
const Bytes kAssignment = {3};

GroupMetadataValue value_of(int16_t version) {
  GroupMetadataValue value;
  value.protocol_type = "consumer";
  value.generation = 7;
  value.protocol = "range";
  value.leader = "m-1";
  if (version >= 2) value.current_state_timestamp = 1'700'000'000'000;
  value.members = {{"m-1", {}, "c", "/127.0.0.1", -1, 10'000, kSubscription, kAssignment}};
  if (version >= 1) value.members[0].rebalance_timeout = 60'000;
  if (version >= 3) value.members[0].group_instance_id = "i";
  return value;
}

}  // namespace

TEST_CASE("classic records: version 3 is written, as Apache Kafka writes it") {
  CoordinatorRecord record = group_metadata_record("g", value_of(3));
  REQUIRE(hex(record.key) == kKey);
  REQUIRE(hex(*record.value) == kValues[3]);
}

TEST_CASE("classic records: all versions are read") {
  const Bytes key = bytes_of_hex(kKey);
  for (int16_t version = 0; version <= 4; ++version) {
    const Bytes value = bytes_of_hex(kValues[version]);
    auto record = read_group_metadata(key, value);
    REQUIRE(record);
    REQUIRE(record->group == "g");
    REQUIRE(record->value == value_of(version));
  }
}

TEST_CASE("classic records: a group with nobody in it, and one that is gone") {
  GroupMetadataValue empty;
  empty.protocol.reset();
  empty.leader.reset();
  empty.current_state_timestamp = 1'700'000'000'000;
  REQUIRE(hex(*group_metadata_record("g", empty).value) ==
          "0003000000000000ffffffff0000018bcfe5680000000000");
  CoordinatorRecord tombstone = group_metadata_tombstone("g");
  REQUIRE(hex(tombstone.key) == kKey);
  REQUIRE_FALSE(tombstone.value);
  auto read = read_group_metadata(tombstone.key, std::nullopt);
  REQUIRE(read);
  REQUIRE_FALSE(read->value);
}

TEST_CASE("classic records: bytes that are none are not taken for one") {
  const Bytes key = bytes_of_hex(kKey);
  for (std::string_view whole : kValues) {
    const Bytes value = bytes_of_hex(whole);
    for (size_t size = 0; size < value.size(); ++size) {
      REQUIRE_FALSE(read_group_metadata(key, ByteView(value).first(size)));
    }
  }
  for (size_t size = 0; size < key.size(); ++size) {
    REQUIRE_FALSE(read_group_metadata(ByteView(key).first(size), std::nullopt));
  }
  REQUIRE_FALSE(read_group_metadata(key, bytes_of_hex("0005")));
  REQUIRE_FALSE(read_group_metadata(key, bytes_of_hex("ffff")));
  REQUIRE_FALSE(read_group_metadata(bytes_of_hex("0001000167"), std::nullopt));
}

TEST_CASE("classic records: many members that are not there are not believed") {
  // 2^31 - 1 members of version 3.
  REQUIRE_FALSE(read_group_metadata(bytes_of_hex(kKey),
                                    bytes_of_hex("0003000000000000ffffffff0000018bcfe568007fffffff")));
}

TEST_CASE("consumer protocol: the topics of a subscription of any version are read") {
  const std::string three = subscription({"a", "bb"});
  REQUIRE(subscribed_topics(as_bytes(three)) == std::vector<std::string_view>{"a", "bb"});
  std::string zero = three.substr(0, 2 + 4 + 3 + 4 + 4);
  zero[1] = 0;
  REQUIRE(subscribed_topics(as_bytes(zero)) == std::vector<std::string_view>{"a", "bb"});
  std::string later = three + "more";
  later[1] = 99;
  REQUIRE(subscribed_topics(as_bytes(later)) == std::vector<std::string_view>{"a", "bb"});
}

TEST_CASE("consumer protocol: bytes that are no subscription are none") {
  const std::string whole = subscription({"a", "bb"}).substr(0, 2 + 4 + 3 + 4 + 4);
  for (size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_FALSE(subscribed_topics(as_bytes(whole.substr(0, size))));
  }
  REQUIRE_FALSE(subscribed_topics(bytes_of_hex("0000ffffffff00000000")));  // null topics
  REQUIRE_FALSE(subscribed_topics(bytes_of_hex("00007fffffff0000")));
}

TEST_CASE("classic group: it is subscribed to what any of its members is") {
  GroupFixture world;
  world.join({.version = 3, .protocols = {{"range", subscription({"a", "b"})}}});
  world.join({.version = 3, .protocols = {{"range", subscription({"b", "c"})}}});
  world.end_join();
  world.sync_all(1);
  for (std::string_view topic : {"a", "b", "c"}) REQUIRE(world.group().is_subscribed_to(topic));
  REQUIRE_FALSE(world.group().is_subscribed_to("d"));
  REQUIRE(world.group().expiry_base() == ExpiryBase::kCommit);
}

TEST_CASE("classic group: consumers whose subscriptions cannot be read may read anything") {
  GroupFixture world;
  world.stable_group(1);
  REQUIRE(world.group().is_subscribed_to("any"));
  REQUIRE(world.group().expiry_base() == ExpiryBase::kNever);
}

TEST_CASE("classic group: others than consumers subscribe to nothing") {
  GroupFixture world;
  world.stable_group(1, {.protocol_type = "connect", .protocols = {{"v1", subscription({"a"})}}});
  REQUIRE_FALSE(world.group().is_subscribed_to("a"));
  REQUIRE(world.group().expiry_base() == ExpiryBase::kNever);
  REQUIRE(world.group().check_offset_delete() == ErrorCode::kNonEmptyGroup);
}

}  // namespace klamm::broker::group
