// SyncGroup: the assignment's way from the leader through the log to the members.
#include "tests/testing.h"

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

namespace {

// Two members that know generation 1, the leader first.
std::vector<std::string> two_joined(GroupFixture& world, int32_t session_timeout_ms = 10'000) {
  auto first = world.join_anew({.session_timeout_ms = session_timeout_ms});
  auto second = world.join_anew({.session_timeout_ms = session_timeout_ms});
  world.advance(6'000);
  return {first->member_id, second->member_id};
}

}  // namespace

TEST_CASE("classic sync: all get their part when the leader's assignment is committed") {
  GroupFixture world;
  const auto ids = two_joined(world);
  auto follower = world.sync({.member_id = ids[1]});
  REQUIRE_FALSE(follower.answered());
  world.journal.mode = FakeJournal::Mode::kLater;
  auto leader = world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}, {ids[1], "B"}}});
  REQUIRE_FALSE(leader.answered());
  REQUIRE(world.state() == "CompletingRebalance");
  world.commit_all();
  REQUIRE(world.state() == "Stable");
  REQUIRE(leader->assignment == "A");
  REQUIRE(follower->assignment == "B");
  REQUIRE(follower->protocol == "range");
  REQUIRE(follower->protocol_type == "consumer");
}

TEST_CASE("classic sync: what is written is the whole generation") {
  GroupFixture world;
  auto call = world.join_anew({.session_timeout_ms = 11'000,
                               .rebalance_timeout_ms = 12'000,
                               .protocols = {{"range", "meta"}, {"sticky", ""}}});
  world.advance(3'000);
  world.sync({.member_id = call->member_id, .assignments = {{call->member_id, "part"}, {"nobody", "x"}}});
  auto record = world.last_record();
  REQUIRE(record.protocol_type == "consumer");
  REQUIRE(record.generation == 1);
  REQUIRE(record.protocol == "range");
  REQUIRE(record.leader == call->member_id);
  REQUIRE(record.members.size() == 1);
  const auto& member = record.members[0];
  REQUIRE(member.member_id == call->member_id);
  REQUIRE_FALSE(member.group_instance_id);
  REQUIRE(member.client_id == "client");
  REQUIRE(member.client_host == "/127.0.0.1");
  REQUIRE(member.rebalance_timeout == 12'000);
  REQUIRE(member.session_timeout == 11'000);
  REQUIRE(as_text(member.subscription) == "meta");
  REQUIRE(as_text(member.assignment) == "part");
}

TEST_CASE("classic sync: who is not in the assignment has an empty one") {
  GroupFixture world;
  const auto ids = two_joined(world);
  auto follower = world.sync({.member_id = ids[1]});
  world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}}});
  REQUIRE(follower->error == ErrorCode::kNone);
  REQUIRE(follower->assignment == "");
}

TEST_CASE("classic sync: in a stable group the assignment is told at once") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  REQUIRE(world.sync({.member_id = ids[1]})->assignment == ids[1] + "'s part");
  // The leader's says nothing new.
  REQUIRE(world.sync({.member_id = ids[0], .assignments = {{ids[0], "other"}}})->assignment ==
          ids[0] + "'s part");
}

TEST_CASE("classic sync: checks come in order") {
  GroupFixture world;
  REQUIRE(world.sync({.protocol_type = {}, .group = ""})->error == ErrorCode::kInconsistentGroupProtocol);
  REQUIRE(world.sync({.protocol_type = {}, .version = 4, .group = ""})->error == ErrorCode::kInvalidGroupId);
  REQUIRE(world.sync({.member_id = "m"})->error == ErrorCode::kUnknownMemberId);
  const auto ids = world.stable_group(1);
  const std::string id = ids[0];
  REQUIRE(world.sync({.member_id = "m", .generation = 7})->error == ErrorCode::kUnknownMemberId);
  REQUIRE(world.sync({.member_id = id, .generation = 7, .protocol = "x"})->error ==
          ErrorCode::kIllegalGeneration);
  REQUIRE(world.sync({.member_id = id, .protocol = "x"})->error == ErrorCode::kInconsistentGroupProtocol);
  REQUIRE(world.sync({.member_id = id, .protocol_type = "x"})->error ==
          ErrorCode::kInconsistentGroupProtocol);
  REQUIRE(world.sync({.member_id = id, .protocol_type = {}, .protocol = {}, .version = 4})->error ==
          ErrorCode::kNone);
}

TEST_CASE("classic sync: a static member's instance is looked at before anything else") {
  GroupFixture world;
  const std::string id = world.stable_static();
  REQUIRE(world.sync({.member_id = id, .instance_id = "other"})->error == ErrorCode::kUnknownMemberId);
  REQUIRE(world.sync({.member_id = "m", .generation = 7, .instance_id = "instance"})->error ==
          ErrorCode::kFencedInstanceId);
  REQUIRE(world.sync({.member_id = id, .instance_id = "instance"})->error == ErrorCode::kNone);
}

TEST_CASE("classic sync: while members join again there is nothing to synchronise") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  world.join({.member_id = ids[0]});
  REQUIRE(world.sync({.member_id = ids[1]})->error == ErrorCode::kRebalanceInProgress);
}

TEST_CASE("classic sync: an assignment that cannot be written is everybody's error, and all join again") {
  GroupFixture world;
  const auto ids = two_joined(world);
  auto follower = world.sync({.member_id = ids[1]});
  world.journal.mode = FakeJournal::Mode::kRefuse;
  auto leader = world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}}});
  REQUIRE(leader->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(follower->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.state() == "PreparingRebalance");
  REQUIRE(world.group().members().at(ids[0]).assignment.empty());
  auto again = world.join({.member_id = ids[0]});
  world.join({.member_id = ids[1]});
  REQUIRE(again->generation == 2);
}

TEST_CASE("classic sync: what members had in an older generation is taken from them when they start over") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  world.join({.member_id = ids[0]});
  world.join({.member_id = ids[1]});
  REQUIRE_FALSE(world.group().members().at(ids[0]).assignment.empty());
  world.join({.member_id = ids[1], .protocols = {{"range", "changed"}}});
  REQUIRE(world.state() == "PreparingRebalance");
  REQUIRE(world.group().members().at(ids[0]).assignment.empty());
}

TEST_CASE("classic sync: an assignment that is committed after its generation is forgotten") {
  GroupFixture world;
  const auto ids = two_joined(world);
  world.journal.mode = FakeJournal::Mode::kLater;
  auto leader = world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}, {ids[1], "B"}}});
  auto changed = world.join({.member_id = ids[1], .protocols = {{"range", "changed"}}});
  REQUIRE(leader->error == ErrorCode::kRebalanceInProgress);
  world.join({.member_id = ids[0]});
  REQUIRE(changed->generation == 2);
  world.commit_all();
  REQUIRE(world.state() == "CompletingRebalance");
  REQUIRE(world.group().members().at(ids[0]).assignment.empty());
}

TEST_CASE("classic sync: a leader that asks twice waits for what it brought first") {
  GroupFixture world;
  const auto ids = two_joined(world);
  world.journal.mode = FakeJournal::Mode::kLater;
  auto first = world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}}});
  auto second = world.sync({.member_id = ids[0], .assignments = {{ids[0], "other"}}});
  REQUIRE(first->error == ErrorCode::kRebalanceInProgress);
  world.commit_all();
  REQUIRE(second->assignment == "A");
  REQUIRE(world.journal.log().size() == 2);  // the empty group, and the one assignment
}

TEST_CASE("classic sync: who has not synchronised a rebalance timeout after joining is removed") {
  GroupFixture world;
  const auto ids = two_joined(world, 100'000);
  auto leader = world.sync({.member_id = ids[0], .assignments = {{ids[0], "A"}}});
  REQUIRE(world.state() == "Stable");
  world.advance(59'999);
  REQUIRE(world.state() == "Stable");
  world.advance(1);
  REQUIRE(world.state() == "PreparingRebalance");
  REQUIRE(world.group().member_count() == 1);
  REQUIRE(world.group().member(ids[1]) == nullptr);
}

// KAFKA-12890: the leader was gone, its heartbeats were not missed, and all others waited for ever.
TEST_CASE("classic sync: a leader that beats but never synchronises does not stop the group for ever") {
  GroupFixture world;
  const auto ids = two_joined(world);
  auto follower = world.sync({.member_id = ids[1]});
  for (int i = 0; i < 12; ++i) {
    REQUIRE(world.heartbeat(ids[0], 1) == ErrorCode::kNone);
    world.advance(5'000);
  }
  REQUIRE(follower->error == ErrorCode::kRebalanceInProgress);
  auto again = world.join({.member_id = ids[1]});
  REQUIRE(again->generation == 2);
  REQUIRE(again->leader == ids[1]);
}

// KAFKA-12890 as well: a static leader came back under another id in the middle of it.
TEST_CASE("classic sync: a static leader that comes back while its assignment is awaited starts over") {
  GroupFixture world;
  auto leader = world.join({.instance_id = "instance"});
  auto follower = world.join({.version = 3});
  world.advance(6'000);
  auto synced = world.sync({.member_id = follower->member_id});
  auto back = world.join({.instance_id = "instance"});
  REQUIRE(synced->error == ErrorCode::kRebalanceInProgress);
  auto rejoined = world.join({.member_id = follower->member_id});
  REQUIRE(back->generation == 2);
  REQUIRE(back->leader == back->member_id);
  REQUIRE(back->members.size() == 2);
  REQUIRE(rejoined->leader == back->member_id);
}

TEST_CASE("classic sync: when all have synchronised nobody is waited for") {
  GroupFixture world;
  const auto ids = two_joined(world);
  world.sync({.member_id = ids[1]});
  REQUIRE(world.waits(DeadlineKind::kSync));
  world.sync({.member_id = ids[0]});
  REQUIRE_FALSE(world.waits(DeadlineKind::kSync));
}

TEST_CASE("classic sync: the session of who waits begins with its assignment") {
  GroupFixture world;
  const auto ids = two_joined(world);
  auto follower = world.sync({.member_id = ids[1]});
  world.heartbeat(ids[0], 1);
  world.advance(9'000);
  world.heartbeat(ids[0], 1);
  world.advance(9'000);
  REQUIRE(world.state() == "CompletingRebalance");
  world.sync({.member_id = ids[0]});
  REQUIRE(follower->error == ErrorCode::kNone);
  world.advance(5'000);
  world.heartbeat(ids[0], 1);
  world.advance(4'999);
  REQUIRE(world.state() == "Stable");
  world.advance(1);
  REQUIRE(world.state() == "PreparingRebalance");
}

}  // namespace klamm::broker::group
