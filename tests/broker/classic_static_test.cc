// Static members (KIP-345): they come back under another id, and nobody else takes their place.
#include "tests/testing.h"

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

namespace {

const JoinAs kInstance{.instance_id = "instance"};

}  // namespace

TEST_CASE("classic static: a member that comes back to a stable group gets its place without a rebalance") {
  GroupFixture world;
  const std::string old_id = world.stable_static();
  auto back = world.join(kInstance);
  REQUIRE(back->error == ErrorCode::kNone);
  REQUIRE(back->generation == 1);
  REQUIRE(back->member_id != old_id);
  REQUIRE(world.state() == "Stable");
  REQUIRE(world.sync({.member_id = back->member_id, .instance_id = "instance"})->assignment ==
          old_id + "'s part");
  REQUIRE(world.last_record().members[0].member_id == back->member_id);
  REQUIRE(world.last_record().members[0].group_instance_id == "instance");
}

TEST_CASE("classic static: the old id is fenced, or unknown where the instance is not named") {
  GroupFixture world;
  const std::string old_id = world.stable_static();
  world.join(kInstance);
  REQUIRE(world.heartbeat(old_id, 1, "instance") == ErrorCode::kFencedInstanceId);
  REQUIRE(world.heartbeat(old_id, 1) == ErrorCode::kUnknownMemberId);
  REQUIRE(world.join({.member_id = old_id, .instance_id = "instance"})->error ==
          ErrorCode::kFencedInstanceId);
  REQUIRE(world.sync({.member_id = old_id, .instance_id = "instance"})->error ==
          ErrorCode::kFencedInstanceId);
  REQUIRE_FALSE(world.waits(DeadlineKind::kSession, old_id));
}

TEST_CASE("classic static: it is told only when its new id is committed") {
  GroupFixture world;
  world.stable_static();
  world.journal.mode = FakeJournal::Mode::kLater;
  auto back = world.join(kInstance);
  REQUIRE_FALSE(back.answered());
  world.commit_all();
  REQUIRE(back->error == ErrorCode::kNone);
}

TEST_CASE("classic static: when the new id cannot be written the old one counts again") {
  GroupFixture world;
  const std::string old_id = world.stable_static();
  world.journal.mode = FakeJournal::Mode::kRefuse;
  JoinAs changed = kInstance;
  changed.session_timeout_ms = 20'000;
  changed.protocols = {{"range", "other"}};
  auto back = world.join(changed);
  REQUIRE(back->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(back->member_id == "");
  REQUIRE(back->leader == old_id);
  REQUIRE(world.heartbeat(old_id, 1, "instance") == ErrorCode::kNone);
  const ClassicMember& member = world.group().members().at(old_id);
  REQUIRE(member.session_timeout_ms == 10'000);
  REQUIRE(as_text(member.metadata("range")) == "r");
  REQUIRE(as_text(member.assignment) == old_id + "'s part");
  world.advance(10'000);
  REQUIRE(world.state() == "Empty");
}

TEST_CASE("classic static: a leader of version 9 is told that it leads, and to skip the assignment") {
  GroupFixture world;
  world.stable_static();
  auto back = world.join(kInstance);
  REQUIRE(back->leader == back->member_id);
  REQUIRE(back->skip_assignment);
  REQUIRE(back->members.size() == 1);
}

TEST_CASE("classic static: an older leader is kept from assigning by the name of another") {
  GroupFixture world;
  JoinAs as = kInstance;
  as.version = 8;
  const std::string old_id = world.stable_static(as);
  auto back = world.join(as);
  REQUIRE(back->leader == old_id);
  REQUIRE(back->members.empty());
  REQUIRE_FALSE(back->skip_assignment);
}

TEST_CASE("classic static: a follower that comes back is told who leads") {
  GroupFixture world;
  auto first = world.join(kInstance);
  world.join({.instance_id = "other"});
  world.advance(6'000);
  world.sync_all(1);
  auto back = world.join({.instance_id = "other"});
  REQUIRE(back->leader == first->member_id);
  REQUIRE(back->members.empty());
  REQUIRE_FALSE(back->skip_assignment);
}

TEST_CASE("classic static: one that would change the group's protocol rebalances it") {
  GroupFixture world;
  JoinAs both = kInstance;
  both.protocols = {{"range", ""}, {"sticky", ""}};
  world.stable_static(both);
  both.protocols = {{"sticky", ""}, {"range", ""}};
  auto back = world.join(both);
  REQUIRE(back->generation == 2);
  REQUIRE(back->protocol == "sticky");
}

TEST_CASE("classic static: while members join, it joins in the old one's place") {
  GroupFixture world;
  auto first = world.join(kInstance);
  auto again = world.join(kInstance);
  REQUIRE(first->error == ErrorCode::kFencedInstanceId);
  REQUIRE(world.group().member_count() == 1);
  world.advance(3'000);
  REQUIRE(again->generation == 1);
  REQUIRE(again->leader == again->member_id);
}

TEST_CASE("classic static: one that joins a rebalance as the last ends it") {
  GroupFixture world;
  world.join(kInstance);
  auto dynamic = world.join({.version = 3});
  world.advance(6'000);
  world.sync_all(1);
  auto leader = world.join({.member_id = dynamic->member_id, .protocols = {{"range", "new"}}});
  REQUIRE_FALSE(leader.answered());
  auto back = world.join(kInstance);
  REQUIRE(back->generation == 2);
  REQUIRE(leader->generation == 2);
}

TEST_CASE("classic static: while the assignment is awaited all start over, and who waits is fenced") {
  GroupFixture world;
  auto first = world.join(kInstance);
  world.join({.instance_id = "other"});
  world.advance(6'000);
  const std::string follower = *world.group().static_member_id("other");
  auto synced = world.sync({.member_id = follower, .instance_id = "other"});
  auto back = world.join({.instance_id = "other"});
  REQUIRE(synced->error == ErrorCode::kFencedInstanceId);
  REQUIRE_FALSE(back.answered());
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic static: two that take the same place one after the other: the last has it") {
  GroupFixture world;
  world.stable_static();
  world.journal.mode = FakeJournal::Mode::kLater;
  auto first = world.join(kInstance);
  auto second = world.join(kInstance);
  REQUIRE(first->error == ErrorCode::kFencedInstanceId);
  world.commit_all();
  REQUIRE(second->error == ErrorCode::kNone);
  REQUIRE(*world.group().static_member_id("instance") == second->member_id);
}

TEST_CASE("classic static: a rebalance that begins before its new id is committed answers it") {
  GroupFixture world;
  world.stable_static();
  world.journal.mode = FakeJournal::Mode::kLater;
  auto back = world.join(kInstance);
  auto other = world.join({.version = 3});
  REQUIRE(back->generation == 2);
  REQUIRE(other->generation == 2);
  world.commit_all();
  REQUIRE(world.state() == "CompletingRebalance");
}

TEST_CASE("classic static: while others are waited for, a commit of its new id does not answer it") {
  GroupFixture world;
  world.join(kInstance);
  auto dynamic = world.join({.version = 3});
  world.end_join();
  world.sync_all(1);
  world.journal.mode = FakeJournal::Mode::kLater;
  auto back = world.join(kInstance);
  world.join({.version = 3});
  world.commit_all();
  REQUIRE_FALSE(back.answered());
  world.join({.member_id = dynamic->member_id});
  REQUIRE(back->generation == 2);
}

TEST_CASE("classic static: when its new id fails a generation later, it keeps it") {
  GroupFixture world;
  world.stable_static();
  world.journal.mode = FakeJournal::Mode::kLater;
  auto back = world.join(kInstance);
  world.join({.version = 3});
  REQUIRE(back->generation == 2);
  auto again = world.join({.member_id = back->member_id, .protocols = {{"range", "changed"}}});
  REQUIRE_FALSE(again.answered());
  world.journal.fail_next(ErrorCode::kNotCoordinator, world.now);
  REQUIRE_FALSE(again.answered());
  REQUIRE(*world.group().static_member_id("instance") == back->member_id);
}

TEST_CASE("classic static: when its new id fails while others join, it joins with it") {
  GroupFixture world;
  JoinAs as = kInstance;
  as.protocols = {{"x", ""}, {"y", ""}};
  world.join(as);
  auto dynamic = world.join({.version = 3, .protocols = as.protocols});
  world.join({.version = 3, .protocols = as.protocols});
  world.end_join();
  world.sync_all(1);
  world.journal.mode = FakeJournal::Mode::kLater;
  as.protocols = {{"x", ""}, {"z", ""}};
  auto back = world.join(as);
  world.join({.member_id = dynamic->member_id, .protocols = {{"x", ""}, {"z", ""}}});
  REQUIRE(world.state() == "PreparingRebalance");
  world.journal.fail_next(ErrorCode::kNotCoordinator, world.now);
  REQUIRE_FALSE(back.answered());
  world.end_join();
  REQUIRE(back->generation == 2);
  REQUIRE(back->error == ErrorCode::kNone);
}

TEST_CASE("classic static: its new subscription is the group's") {
  GroupFixture world;
  JoinAs as = kInstance;
  as.protocols = {{"range", subscription({"a"})}};
  world.stable_static(as);
  REQUIRE(world.group().is_subscribed_to("a"));
  as.protocols = {{"range", subscription({"b"})}};
  world.join(as);
  REQUIRE(world.state() == "Stable");
  REQUIRE(world.group().is_subscribed_to("b"));
  REQUIRE_FALSE(world.group().is_subscribed_to("a"));
}

TEST_CASE("classic static: what it had not synchronised, its next self has to") {
  GroupFixture world;
  auto first = world.join({.version = 3, .session_timeout_ms = 100'000});
  JoinAs as = kInstance;
  as.session_timeout_ms = 100'000;
  world.join(as);
  world.advance(6'000);
  world.sync({.member_id = *world.group().leader()});
  REQUIRE(world.state() == "Stable");
  REQUIRE(world.group().pending_syncs().size() == 1);
  auto back = world.join(as);
  REQUIRE(world.group().pending_syncs().contains(back->member_id));
  world.sync({.member_id = back->member_id});
  world.advance(60'000);
  REQUIRE(world.state() == "Stable");
  REQUIRE(world.group().member_count() == 2);
}

TEST_CASE("classic static: one that does not come back is removed when its session ends") {
  GroupFixture world;
  world.stable_static();
  world.advance(9'999);
  REQUIRE(world.state() == "Stable");
  world.advance(1);
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.group().static_member_id("instance") == nullptr);
}

TEST_CASE("classic static: its session is watched again once its new id is committed") {
  GroupFixture world;
  world.stable_static();
  world.journal.mode = FakeJournal::Mode::kLater;
  auto back = world.join(kInstance);
  world.advance(20'000);
  REQUIRE(world.group().member_count() == 1);
  world.commit_all();
  world.advance(9'999);
  REQUIRE(world.state() == "Stable");
  world.advance(1);
  REQUIRE(world.state() == "Empty");
}

}  // namespace klamm::broker::group
