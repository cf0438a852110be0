// Rebalances: how long members are waited for, who leads, who is removed, and what is written.
#include "tests/testing.h"

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

TEST_CASE("classic rebalance: the first waits three seconds, and one member is enough") {
  GroupFixture world;
  auto call = world.join_anew();
  world.advance(2'999);
  REQUIRE_FALSE(call.answered());
  world.advance(1);
  REQUIRE(call->generation == 1);
  REQUIRE(world.state() == "CompletingRebalance");
}

TEST_CASE("classic rebalance: without an initial delay the first is over at once") {
  GroupFixture world;
  world.config.initial_rebalance_delay_ms = 0;
  auto call = world.join_anew();
  REQUIRE_FALSE(call.answered());
  world.advance(0);
  REQUIRE(call->generation == 1);
}

TEST_CASE("classic rebalance: while members come the first goes on in steps") {
  GroupFixture world;
  auto first = world.join_anew();
  world.advance(2'000);
  world.join_anew();
  world.advance(3'999);  // the second step, in which nobody comes, ends at 6'000
  REQUIRE_FALSE(first.answered());
  world.advance(1);
  REQUIRE(first->members.size() == 2);
}

TEST_CASE("classic rebalance: the steps do not go beyond the rebalance timeout") {
  GroupFixture world;
  auto first = world.join_anew({.rebalance_timeout_ms = 7'000});
  for (int second = 0; second < 6; ++second) {
    world.advance(1'000);
    world.join_anew({.rebalance_timeout_ms = 7'000});
  }
  // 3'000, and 3'000, and what is left of 7'000.
  world.advance(999);
  REQUIRE_FALSE(first.answered());
  world.advance(1);
  REQUIRE(first->members.size() == 7);
}

TEST_CASE("classic rebalance: a rebalance timeout below the delay does not shorten it") {
  GroupFixture world;
  auto first = world.join_anew({.rebalance_timeout_ms = 1'000});
  world.join_anew({.rebalance_timeout_ms = 1'000});
  world.advance(2'999);
  REQUIRE_FALSE(first.answered());
  world.advance(1);
  REQUIRE(first->generation == 1);
}

TEST_CASE("classic rebalance: who came in one first rebalance does not lengthen the next") {
  GroupFixture world;
  world.join_anew({.rebalance_timeout_ms = 3'000});
  auto second = world.join_anew({.rebalance_timeout_ms = 3'000});
  world.advance(3'000);
  world.leave({{*world.group().leader()}, {second->leader == second->member_id ? "" : second->member_id}});
  world.advance(60'000);
  REQUIRE(world.state() == "Empty");
  auto again = world.join_anew();
  world.advance(3'000);
  REQUIRE(again->error == ErrorCode::kNone);
}

TEST_CASE("classic rebalance: when all have joined again it is over") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  auto leader = world.join({.member_id = ids[0]});
  REQUIRE_FALSE(leader.answered());
  auto follower = world.join({.member_id = ids[1]});
  REQUIRE(leader->generation == 2);
  REQUIRE(leader->members.size() == 2);
  REQUIRE(follower->generation == 2);
  REQUIRE_FALSE(world.waits(DeadlineKind::kJoin));
}

TEST_CASE("classic rebalance: who has not joined when the longest rebalance timeout is over is removed") {
  GroupFixture world;
  const auto ids = world.stable_group(2, {.session_timeout_ms = 100'000, .rebalance_timeout_ms = 20'000});
  auto call = world.join_anew({.session_timeout_ms = 100'000, .rebalance_timeout_ms = 5'000});
  auto leader =
      world.join({.member_id = ids[0], .session_timeout_ms = 100'000, .rebalance_timeout_ms = 20'000});
  world.advance(19'999);
  REQUIRE_FALSE(call.answered());
  world.advance(1);
  REQUIRE(leader->members.size() == 2);
  REQUIRE_FALSE(world.waits(DeadlineKind::kSession, ids[1]));
  REQUIRE(world.heartbeat(ids[1], 2) == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic rebalance: a leader that does not come is replaced by one that has") {
  GroupFixture world;
  const auto ids = world.stable_group(2, {.session_timeout_ms = 100'000});
  auto call =
      world.join({.member_id = ids[1], .session_timeout_ms = 100'000, .protocols = {{"range", "new"}}});
  world.advance(60'000);
  REQUIRE(call->leader == ids[1]);
  REQUIRE(call->members.size() == 1);
}

TEST_CASE("classic rebalance: static members that do not come stay, and do not lead") {
  GroupFixture world;
  const JoinAs as{.instance_id = "instance", .session_timeout_ms = 200'000};
  const std::string id = world.stable_static(as);
  auto call = world.join_anew({.version = 3, .session_timeout_ms = 200'000});
  world.advance(60'000);
  REQUIRE(call->leader == call->member_id);
  REQUIRE(call->members.size() == 2);
  REQUIRE(call->members.contains(id));
}

TEST_CASE("classic rebalance: with static members only, of whom none comes, it waits") {
  GroupFixture world;
  const std::string id = world.stable_static({.instance_id = "instance", .session_timeout_ms = 100'000});
  auto call = world.join({.version = 3, .client_id = "a"});
  const std::string dynamic = world.group().members().begin()->first;
  REQUIRE(dynamic < id);
  world.leave({{dynamic}});
  REQUIRE(call->error == ErrorCode::kUnknownMemberId);
  world.advance(60'000);
  REQUIRE(world.state() == "PreparingRebalance");
  REQUIRE(world.waits(DeadlineKind::kJoin));
  world.advance(40'000);
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.deadlines.size() == 0);
}

TEST_CASE("classic rebalance: one that may take no time is not looked at all the time") {
  GroupFixture world;
  world.stable_static();
  world.join({.instance_id = "instance", .rebalance_timeout_ms = 0});
  REQUIRE(world.state() == "Stable");
  world.join({.version = 3, .rebalance_timeout_ms = 0, .client_id = "a"});
  world.leave({{world.group().members().begin()->first}});
  REQUIRE(world.state() == "PreparingRebalance");
  int steps = 0;
  world.after_step = [&] { REQUIRE(++steps <= 12); };
  world.advance(10'000);
  REQUIRE(world.state() == "Empty");
}

TEST_CASE("classic rebalance: the leader of a stable group rebalances it by joining, a follower does not") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  auto follower = world.join({.member_id = ids[1]});
  REQUIRE(follower->generation == 1);
  REQUIRE(follower->leader == ids[0]);
  REQUIRE(world.state() == "Stable");
  world.join({.member_id = ids[0]});
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic rebalance: a follower with other metadata rebalances the group") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  REQUIRE_FALSE(world.join({.member_id = ids[1], .protocols = {{"range", "changed"}}}).answered());
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic rebalance: the order of the protocols is metadata too") {
  GroupFixture world;
  const auto ids = world.stable_group(2, {.protocols = {{"range", ""}, {"sticky", ""}}});
  world.join({.member_id = ids[1], .protocols = {{"sticky", ""}, {"range", ""}}});
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic rebalance: who did not get its answer while the assignment is awaited gets it again") {
  GroupFixture world;
  auto first = world.join_anew();
  auto second = world.join_anew();
  world.advance(6'000);
  auto leader = world.join({.member_id = first->member_id});
  REQUIRE(leader->generation == 1);
  REQUIRE(leader->members.size() == 2);
  REQUIRE(world.join({.member_id = second->member_id})->members.empty());
  REQUIRE_FALSE(world.join({.member_id = second->member_id, .protocols = {{"range", "new"}}}).answered());
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic rebalance: a new member that never shows itself is given up after five minutes") {
  GroupFixture world;
  const auto ids =
      world.stable_group(1, {.session_timeout_ms = 1'800'000, .rebalance_timeout_ms = 1'000'000});
  auto call = world.join_anew();
  world.advance(299'999);
  REQUIRE_FALSE(call.answered());
  world.advance(1);
  REQUIRE(call->error == ErrorCode::kUnknownMemberId);
  REQUIRE(call->member_id == "");
  REQUIRE(world.group().member_count() == 1);
}

TEST_CASE("classic rebalance: a known member may wait longer than its session timeout") {
  GroupFixture world;
  const auto ids = world.stable_group(2);
  auto leader = world.join({.member_id = ids[0]});
  for (int i = 0; i < 10; ++i) {
    world.advance(5'000);
    REQUIRE(world.heartbeat(ids[1], 1) == ErrorCode::kRebalanceInProgress);
  }
  REQUIRE_FALSE(leader.answered());
  world.join({.member_id = ids[1]});
  REQUIRE(leader->generation == 2);
  // Its session begins with the answer.
  world.advance(9'999);
  REQUIRE(world.heartbeat(ids[0], 2) == ErrorCode::kNone);
}

TEST_CASE("classic rebalance: the generation that has nobody is written") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.leave({{ids[0]}});
  auto record = world.last_record();
  REQUIRE(record.generation == 2);
  REQUIRE(record.protocol_type == "consumer");
  REQUIRE_FALSE(record.protocol);
  REQUIRE_FALSE(record.leader);
  REQUIRE(record.members.empty());
  REQUIRE(record.current_state_timestamp == world.now.wall_ms);
}

TEST_CASE("classic rebalance: an empty generation that cannot be written still counts") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.journal.mode = FakeJournal::Mode::kRefuse;
  world.advance(10'000);
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.group().generation() == 2);
}

TEST_CASE("classic rebalance: a first rebalance that everybody leaves ends with an empty generation") {
  GroupFixture world;
  auto call = world.join_anew();
  world.leave({{world.group().members().begin()->first}});
  REQUIRE(call->error == ErrorCode::kUnknownMemberId);
  // Others are still waited for.
  REQUIRE(world.state() == "PreparingRebalance");
  world.advance(3'000);
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.deadlines.size() == 0);
}

TEST_CASE("classic rebalance: members beyond the size are turned away") {
  GroupFixture world;
  world.config.size_max = 2;
  world.join_anew();
  world.join_anew();
  auto third = world.join({.version = 3});
  REQUIRE(third->error == ErrorCode::kGroupMaxSizeReached);
  REQUIRE(third->member_id == "");
  world.advance(6'000);
  REQUIRE(world.join({.version = 9})->error == ErrorCode::kGroupMaxSizeReached);
  REQUIRE(world.join({.member_id = *world.group().leader()})->error == ErrorCode::kNone);
}

TEST_CASE("classic rebalance: of a group that is too large now, the last to rejoin are turned away") {
  GroupFixture world;
  const auto ids = world.stable_group(3);
  world.config.size_max = 2;
  auto first = world.join({.member_id = ids[0]});
  auto second = world.join({.member_id = ids[1]});
  REQUIRE_FALSE(second.answered());
  REQUIRE(world.join({.member_id = ids[2]})->error == ErrorCode::kGroupMaxSizeReached);
  // Nobody else is waited for.
  REQUIRE(first->members.size() == 2);
  REQUIRE(second->generation == 2);
  REQUIRE_FALSE(world.waits(DeadlineKind::kSession, ids[2]));
}

TEST_CASE("classic rebalance: a group that is empty takes anybody") {
  GroupFixture world;
  world.config.size_max = 1;
  const std::string one = world.pending_id();
  const std::string other = world.pending_id();
  REQUIRE_FALSE(world.join({.member_id = one}).answered());
  REQUIRE(world.join({.member_id = other})->error == ErrorCode::kGroupMaxSizeReached);
  REQUIRE_FALSE(world.group().is_pending_join(other));
}

}  // namespace klamm::broker::group
