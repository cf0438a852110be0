// Heartbeat, LeaveGroup, and sessions that end.
#include "tests/testing.h"

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

TEST_CASE("classic heartbeat: checks come in order") {
  GroupFixture world;
  REQUIRE(world.heartbeat("m", 1, {}, "") == ErrorCode::kInvalidGroupId);
  REQUIRE(world.heartbeat("m", 1) == ErrorCode::kUnknownMemberId);
  const std::string id = world.stable_static();
  REQUIRE(world.heartbeat("m", 7) == ErrorCode::kUnknownMemberId);
  REQUIRE(world.heartbeat("m", 7, "instance") == ErrorCode::kFencedInstanceId);
  REQUIRE(world.heartbeat(id, 1, "other") == ErrorCode::kUnknownMemberId);
  REQUIRE(world.heartbeat(id, 7, "instance") == ErrorCode::kIllegalGeneration);
  REQUIRE(world.heartbeat(id, -1) == ErrorCode::kIllegalGeneration);
  REQUIRE(world.heartbeat(id, 1) == ErrorCode::kNone);
}

TEST_CASE("classic heartbeat: a pending member has nothing to beat for") {
  GroupFixture world;
  const std::string id = world.pending_id();
  REQUIRE(world.heartbeat(id, 0) == ErrorCode::kUnknownMemberId);
  REQUIRE(world.heartbeat(id, -1) == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic session: whoever beats in time stays, whoever does not is removed") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  for (int i = 0; i < 5; ++i) {
    world.advance(9'999);
    REQUIRE(world.heartbeat(ids[0], 1) == (i == 0 ? ErrorCode::kNone : ErrorCode::kRebalanceInProgress));
  }
  REQUIRE(world.group().member(ids[1]) == nullptr);
  REQUIRE(world.heartbeat(ids[1], 1) == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic session: a heartbeat is good for the whole session timeout") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.advance(6'000);
  world.heartbeat(ids[0], 1);
  world.advance(9'999);
  REQUIRE(world.state() == "Stable");
  world.advance(1);
  REQUIRE(world.state() == "Empty");
}

TEST_CASE("classic session: heartbeats move no deadline until it is due") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  const int64_t due_ms = world.deadlines.next_ms();
  world.advance(5'000);
  world.heartbeat(ids[0], 1);
  REQUIRE(world.deadlines.next_ms() == due_ms);
  world.advance(5'000);
  REQUIRE(world.deadlines.next_ms() == due_ms + 5'000);
}

TEST_CASE("classic session: a shorter one counts from when it is told") {
  GroupFixture world;
  const auto ids = world.stable_group(1, {.session_timeout_ms = 100'000});
  auto call = world.join({.member_id = ids[0], .session_timeout_ms = 10'000});
  REQUIRE(call->generation == 2);
  world.advance(10'000);
  REQUIRE(world.state() == "Empty");
}

TEST_CASE("classic session: a member that fails in a rebalance lets the others go on") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  auto leader = world.join({.member_id = ids[0]});
  world.advance(9'999);
  REQUIRE_FALSE(leader.answered());
  world.advance(1);
  REQUIRE(leader->generation == 2);
  REQUIRE(leader->members.size() == 1);
}

TEST_CASE("classic leave: versions 0 to 2 name one member, whose error is the answer's") {
  for (int16_t version : {0, 1, 2}) {
    GroupFixture world;
    const auto ids = world.stable_group(2);
    auto left = world.leave({{ids[0]}}, version);
    REQUIRE(left->error == ErrorCode::kNone);
    REQUIRE(left->members.empty());
    REQUIRE(world.leave({{ids[0]}}, version)->error == ErrorCode::kUnknownMemberId);
    REQUIRE(world.leave({{""}}, version)->error == ErrorCode::kUnknownMemberId);
  }
}

TEST_CASE("classic leave: from version 3 on each has its own error") {
  GroupFixture world;
  const auto ids = world.stable_group(3);
  auto left = world.leave({{ids[0]}, {"m"}, {ids[1], "instance"}, {ids[2]}, {ids[2]}}, 3);
  REQUIRE(left->error == ErrorCode::kNone);
  const std::vector<std::pair<std::string, ErrorCode>> expected = {{ids[0], ErrorCode::kNone},
                                                                   {"m", ErrorCode::kUnknownMemberId},
                                                                   {ids[1], ErrorCode::kUnknownMemberId},
                                                                   {ids[2], ErrorCode::kNone},
                                                                   {ids[2], ErrorCode::kUnknownMemberId}};
  REQUIRE(left->members == expected);
  REQUIRE(world.group().member_count() == 1);
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic leave: a group that is not known, and none at all") {
  GroupFixture world;
  REQUIRE(world.leave({{"m"}}, 5, "")->error == ErrorCode::kInvalidGroupId);
  auto left = world.leave({{"m"}, {"n"}});
  REQUIRE(left->error == ErrorCode::kNone);
  REQUIRE(left->members.size() == 2);
  REQUIRE(left->members[1].second == ErrorCode::kUnknownMemberId);
  REQUIRE(world.leave({{"m"}}, 2)->error == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic leave: a tool names a static member by its instance") {
  GroupFixture world;
  const std::string id = world.stable_static();
  auto left = world.leave({{"", "other"}, {"m", "instance"}, {"", "instance"}});
  REQUIRE(left->members[0].second == ErrorCode::kUnknownMemberId);
  REQUIRE(left->members[1].second == ErrorCode::kFencedInstanceId);
  REQUIRE(left->members[2] == std::pair<std::string, ErrorCode>("", ErrorCode::kNone));
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.deadlines.size() == 0);
}

TEST_CASE("classic leave: a pending member may leave, and is not waited for") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  const std::string pending = world.pending_id();
  auto rejoined = world.join({.member_id = ids[0]});
  REQUIRE_FALSE(rejoined.answered());
  REQUIRE(world.leave({{pending}})->members[0].second == ErrorCode::kNone);
  REQUIRE(rejoined->generation == 2);
  REQUIRE_FALSE(world.waits(DeadlineKind::kSession, pending));
}

TEST_CASE("classic leave: who is told to leave while it waits is told so") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  auto joining = world.join({.member_id = ids[0]});
  world.leave({{ids[0]}});
  REQUIRE(joining->error == ErrorCode::kUnknownMemberId);
  REQUIRE(joining->member_id == "");

  GroupFixture other;
  auto first = other.join_anew();
  auto second = other.join_anew();
  other.advance(6'000);
  auto synced = other.sync({.member_id = second->member_id});
  other.leave({{second->member_id}});
  REQUIRE(synced->error == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic leave: when the last has left, the answer waits until that is committed") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.journal.mode = FakeJournal::Mode::kLater;
  auto left = world.leave({{ids[0]}});
  REQUIRE(world.state() == "Empty");
  REQUIRE_FALSE(left.answered());
  world.commit_all();
  REQUIRE(left->members[0].second == ErrorCode::kNone);
}

TEST_CASE("classic leave: when that cannot be written, the answer says so") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.journal.mode = FakeJournal::Mode::kRefuse;
  world.journal.refusal = ErrorCode::kNotCoordinator;
  auto left = world.leave({{ids[0]}});
  REQUIRE(left->error == ErrorCode::kNotCoordinator);
  REQUIRE(left->members.empty());
}

TEST_CASE("classic leave: the leader's place is taken") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  world.leave({{ids[0]}});
  auto other = world.join({.member_id = ids[1]});
  REQUIRE(other->leader == ids[1]);
  REQUIRE(other->members.size() == 1);
}

TEST_CASE("classic: when the partition moves, all who wait are told, and nothing is waited for") {
  GroupFixture world;
  auto joining = world.join_anew({.group = "joining"});
  auto leader = world.join_anew();
  world.join_anew();
  world.advance(2'000);
  auto last = world.join_anew({.group = "joining"});
  world.advance(4'000);
  const std::string follower = world.group().members().rbegin()->first;
  auto synced = world.sync({.member_id = leader->leader == follower ? leader->member_id : follower});
  world.membership.resign();
  REQUIRE(world.state() == "Dead");
  REQUIRE(world.deadlines.size() == 0);
  REQUIRE(synced->error == ErrorCode::kNotCoordinator);
  REQUIRE(world.heartbeat(follower, 1) == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.join({.version = 3})->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.sync({.member_id = follower})->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.leave({{follower}})->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.group().check_commit({.member_id = follower, .generation = 1}) ==
          ErrorCode::kCoordinatorNotAvailable);
}

}  // namespace klamm::broker::group
