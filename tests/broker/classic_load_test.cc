// What a restart remembers: groups from their records.
#include "tests/testing.h"

#include "broker/group/group_records.h"
#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

namespace {

bool loads(const protocol::GroupMetadataValue& value) {
  GroupFixture world;
  CoordinatorRecord record = group_metadata_record("group", value);
  return world.membership.load(record.key, record.value, world.now);
}

}  // namespace

TEST_CASE("classic load: a stable group is stable again, and its members go on") {
  GroupFixture before;
  const auto ids = before.stable_group(2, {.protocols = {{"range", subscription({"topic"})}}});
  GroupFixture after;
  after.load(before.journal.log());
  REQUIRE(after.state() == "Stable");
  REQUIRE(after.group().generation() == 1);
  REQUIRE(after.group().leader() == ids[0]);
  REQUIRE(after.group().is_subscribed_to("topic"));
  REQUIRE_FALSE(after.group().is_subscribed_to("other"));
  REQUIRE(after.heartbeat(ids[1], 1) == ErrorCode::kNone);
  REQUIRE(after.sync({.member_id = ids[1]})->assignment == ids[1] + "'s part");
  auto again = after.join({.member_id = ids[1], .protocols = {{"range", subscription({"topic"})}}});
  REQUIRE(again->generation == 1);
}

TEST_CASE("classic load: members have their session timeout to show themselves") {
  GroupFixture before;
  const auto ids = before.stable_group(2);
  GroupFixture after;
  after.load(before.journal.log());
  after.advance(9'999);
  after.heartbeat(ids[0], 1);
  after.advance(1);
  REQUIRE(after.state() == "PreparingRebalance");
  REQUIRE(after.group().member_count() == 1);
  after.advance(60'000);
  REQUIRE(after.state() == "Empty");
  REQUIRE(after.deadlines.size() == 0);
}

TEST_CASE("classic load: static members keep their places") {
  GroupFixture before;
  const std::string id = before.stable_static();
  GroupFixture after;
  after.load(before.journal.log());
  REQUIRE(*after.group().static_member_id("instance") == id);
  auto back = after.join({.instance_id = "instance"});
  REQUIRE(back->generation == 1);
  REQUIRE(after.state() == "Stable");
}

TEST_CASE("classic load: the last record of a group counts") {
  GroupFixture before;
  const auto ids = before.stable_group(1);
  before.leave({{ids[0]}});
  GroupFixture after;
  after.load(before.journal.log());
  REQUIRE(after.state() == "Empty");
  REQUIRE(after.group().generation() == 2);
  REQUIRE(after.group().protocol_type() == "consumer");
  REQUIRE(after.group().state_timestamp_ms() == before.now.wall_ms);
  REQUIRE(after.deadlines.size() == 0);
  auto call = after.join({.version = 3});
  after.end_join();
  REQUIRE(call->generation == 3);
}

TEST_CASE("classic load: a group that was deleted is gone") {
  GroupFixture before;
  before.pending_id();
  before.delete_group();
  REQUIRE(before.state() == "none");
  REQUIRE(before.deadlines.size() == 0);
  GroupFixture after;
  after.load(before.journal.log());
  REQUIRE(after.state() == "none");
}

TEST_CASE("classic load: a group that was being rebalanced is as its last generation was") {
  GroupFixture before;
  const auto ids = before.stable_group(2);
  before.join({.member_id = ids[0]});
  GroupFixture after;
  after.load(before.journal.log());
  REQUIRE(after.state() == "Stable");
  REQUIRE(after.heartbeat(ids[0], 1) == ErrorCode::kNone);
}

TEST_CASE("classic load: a group that is too large now is rebalanced") {
  GroupFixture before;
  const auto ids = before.stable_group(2);
  GroupFixture after;
  after.config.size_max = 1;
  after.load(before.journal.log());
  REQUIRE(after.state() == "PreparingRebalance");
  REQUIRE(after.heartbeat(ids[0], 1) == ErrorCode::kRebalanceInProgress);
}

TEST_CASE("classic load: without a rebalance timeout, as in version 0, the session timeout is meant") {
  GroupFixture before;
  before.stable_group(1);
  protocol::GroupMetadataValue value = before.last_record();
  value.members[0].rebalance_timeout = -1;
  value.current_state_timestamp = -1;
  GroupFixture after;
  after.load({group_metadata_record("group", value)});
  REQUIRE(after.group().rebalance_timeout_ms() == 10'000);
}

TEST_CASE("classic load: an empty group of an old log does not say since when, and its commits count") {
  protocol::GroupMetadataValue value;
  value.protocol_type = "consumer";
  value.protocol.reset();
  value.leader.reset();
  GroupFixture world;
  world.load({group_metadata_record("group", value)});
  REQUIRE(world.group().expiry_base() == ExpiryBase::kCommit);
}

TEST_CASE("classic load: a group that contradicts itself is not taken") {
  GroupFixture before;
  before.join({.instance_id = "a"});
  before.join({.instance_id = "b"});
  before.end_join();
  before.sync_all(1);
  const protocol::GroupMetadataValue good = before.last_record();
  REQUIRE(loads(good));
  auto bad = good;
  bad.members[1].group_instance_id = bad.members[0].group_instance_id;
  REQUIRE_FALSE(loads(bad));
  bad = good;
  bad.members[1].member_id = bad.members[0].member_id;
  REQUIRE_FALSE(loads(bad));
}

TEST_CASE("classic load: a leader that is no member, and a protocol that is none, do no harm") {
  GroupFixture before;
  before.stable_group(1);
  protocol::GroupMetadataValue value = before.last_record();
  value.leader = "somebody";
  value.protocol.reset();
  value.members[0].session_timeout = -5;
  GroupFixture after;
  after.load({group_metadata_record("group", value)});
  REQUIRE(after.group().leader() == value.members[0].member_id);
  after.advance(0);
  REQUIRE(after.state() == "Empty");
}

TEST_CASE("classic load: after the greatest generation comes the smallest") {
  GroupFixture before;
  before.stable_group(1);
  protocol::GroupMetadataValue value = before.last_record();
  value.generation = INT32_MAX;
  GroupFixture after;
  after.load({group_metadata_record("group", value)});
  auto call = after.join({.member_id = std::string(value.members[0].member_id)});
  REQUIRE(call->generation == INT32_MIN);
}

}  // namespace klamm::broker::group
