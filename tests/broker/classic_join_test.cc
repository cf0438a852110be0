// JoinGroup: who may join, and what is told.
#include "tests/testing.h"

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

TEST_CASE("classic join: an empty group id is refused") {
  GroupFixture world;
  auto call = world.join({.member_id = "m", .group = ""});
  REQUIRE(call->error == ErrorCode::kInvalidGroupId);
  REQUIRE(call->member_id == "m");
}

TEST_CASE("classic join: a session timeout out of bounds is refused") {
  GroupFixture world;
  REQUIRE(world.join({.session_timeout_ms = 5'999})->error == ErrorCode::kInvalidSessionTimeout);
  REQUIRE(world.join({.session_timeout_ms = 1'800'001})->error == ErrorCode::kInvalidSessionTimeout);
  REQUIRE(world.join({.session_timeout_ms = 6'000})->error == ErrorCode::kMemberIdRequired);
  REQUIRE(world.join({.session_timeout_ms = 1'800'000})->error == ErrorCode::kMemberIdRequired);
  // The group's id is looked at first.
  REQUIRE(world.join({.session_timeout_ms = 1, .group = ""})->error == ErrorCode::kInvalidGroupId);
}

TEST_CASE("classic join: a member id that no group knows is refused, and makes no group") {
  GroupFixture world;
  auto call = world.join({.member_id = "m"});
  REQUIRE(call->error == ErrorCode::kUnknownMemberId);
  REQUIRE(call->member_id == "m");
  REQUIRE(world.state() == "none");
  REQUIRE(world.journal.log().empty());
}

TEST_CASE("classic join: from version 4 a new member is given an id to come back with") {
  GroupFixture world;
  auto call = world.join({.version = 4});
  REQUIRE(call->error == ErrorCode::kMemberIdRequired);
  REQUIRE(call->member_id.starts_with("client-"));
  REQUIRE(call->member_id.size() == 7 + 36);
  REQUIRE(call->generation == -1);
  REQUIRE(world.state() == "Empty");
  auto known = world.join({.member_id = call->member_id});
  REQUIRE_FALSE(known.answered());
  REQUIRE(world.state() == "PreparingRebalance");
}

TEST_CASE("classic join: before version 4, and with an instance id, a member joins at once") {
  GroupFixture world;
  REQUIRE_FALSE(world.join({.version = 3}).answered());
  REQUIRE_FALSE(world.join({.instance_id = "instance"}).answered());
  REQUIRE(world.group().member_count() == 2);
  REQUIRE(world.group().static_member_id("instance")->starts_with("instance-"));
}

TEST_CASE("classic join: a new group is written, empty, before anybody is in it") {
  GroupFixture world;
  world.pending_id();
  REQUIRE(world.journal.log().size() == 1);
  auto record = world.last_record();
  REQUIRE(record.generation == 0);
  REQUIRE(record.protocol_type == "");
  REQUIRE_FALSE(record.protocol);
  REQUIRE_FALSE(record.leader);
  REQUIRE(record.current_state_timestamp == world.now.wall_ms);
  REQUIRE(record.members.empty());
}

TEST_CASE("classic join: when a new group cannot be written, who waits is told and can come again") {
  GroupFixture world;
  world.journal.mode = FakeJournal::Mode::kRefuse;
  auto call = world.join({.version = 3});
  REQUIRE(call->error == ErrorCode::kCoordinatorNotAvailable);
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.group().protocol_type() == "");
  REQUIRE(world.deadlines.size() == 0);
  world.journal.mode = FakeJournal::Mode::kAtOnce;
  REQUIRE(world.stable_group(1).size() == 1);
}

TEST_CASE("classic join: a pending member that does not come back is forgotten after its session timeout") {
  GroupFixture world;
  const std::string id = world.pending_id({.session_timeout_ms = 7'000});
  world.advance(6'999);
  REQUIRE(world.group().is_pending_join(id));
  world.advance(1);
  REQUIRE_FALSE(world.group().is_pending_join(id));
  REQUIRE(world.join({.member_id = id})->error == ErrorCode::kUnknownMemberId);
}

TEST_CASE("classic join: a pending id is not for static members") {
  GroupFixture world;
  const std::string id = world.pending_id();
  auto call = world.join({.member_id = id, .instance_id = "instance"});
  REQUIRE(call->error == ErrorCode::kUnknownServerError);
}

TEST_CASE("classic join: the others wait for a pending member, until it comes or is forgotten") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.pending_id({.session_timeout_ms = 8'000});
  auto rejoined = world.join({.member_id = ids[0]});
  world.advance(7'999);
  REQUIRE_FALSE(rejoined.answered());
  world.advance(1);
  REQUIRE(rejoined->generation == 2);
}

TEST_CASE("classic join: a first member offers a protocol type and protocols") {
  GroupFixture world;
  REQUIRE(world.join({.version = 3, .protocol_type = ""})->error == ErrorCode::kInconsistentGroupProtocol);
  REQUIRE(world.join({.version = 3, .protocols = {}})->error == ErrorCode::kInconsistentGroupProtocol);
}

TEST_CASE("classic join: later ones have the group's type and a protocol that all have") {
  GroupFixture world;
  world.join({.version = 3, .protocols = {{"a", ""}, {"b", ""}}});
  REQUIRE(world.join({.version = 3, .protocol_type = "connect", .protocols = {{"a", ""}}})->error ==
          ErrorCode::kInconsistentGroupProtocol);
  REQUIRE(world.join({.version = 3, .protocols = {{"c", ""}}})->error ==
          ErrorCode::kInconsistentGroupProtocol);
  REQUIRE_FALSE(world.join({.version = 3, .protocols = {{"c", ""}, {"b", ""}}}).answered());
  REQUIRE(world.join({.version = 3, .protocols = {{"a", ""}}})->error ==
          ErrorCode::kInconsistentGroupProtocol);
}

TEST_CASE("classic join: the protocol is what most would have, of those that all have") {
  GroupFixture world;
  world.join({.version = 3, .protocols = {{"only-mine", ""}, {"a", ""}, {"b", ""}}});
  auto second = world.join({.version = 3, .protocols = {{"b", ""}, {"a", ""}}});
  world.join({.version = 3, .protocols = {{"b", ""}, {"a", ""}}});
  world.advance(10'000);
  REQUIRE(second->protocol == "b");
  REQUIRE(second->protocol_type == "consumer");
}

TEST_CASE("classic join: a protocol that is named twice counts once") {
  GroupFixture world;
  auto call = world.join({.version = 3, .protocols = {{"a", "first"}, {"a", "second"}}});
  world.advance(3'000);
  REQUIRE(call->protocol == "a");
  REQUIRE(call->members.begin()->second == "first");
}

TEST_CASE("classic join: only the leader is told of the members") {
  GroupFixture world;
  auto first = world.join({.version = 3, .protocols = {{"range", "x"}}});
  auto second = world.join({.version = 3, .protocols = {{"range", "y"}}});
  world.advance(10'000);
  REQUIRE(first->leader == first->member_id);
  REQUIRE(second->leader == first->member_id);
  REQUIRE(second->members.empty());
  REQUIRE(first->members ==
          std::map<std::string, std::string>{{first->member_id, "x"}, {second->member_id, "y"}});
  REQUIRE(first->generation == 1);
  REQUIRE(second->generation == 1);
}

TEST_CASE("classic join: errors have an empty protocol name before version 7, and none from then on") {
  GroupFixture world;
  REQUIRE(world.join({.member_id = "m", .version = 6})->protocol == "");
  REQUIRE_FALSE(world.join({.member_id = "m", .version = 7})->protocol);
}

TEST_CASE("classic join: version 0 has its session timeout as rebalance timeout") {
  GroupFixture world;
  world.join({.version = 0, .session_timeout_ms = 12'000, .rebalance_timeout_ms = -1});
  REQUIRE(world.group().rebalance_timeout_ms() == 12'000);
}

TEST_CASE("classic join: a client id too long for a member id is cut between characters") {
  GroupFixture world;
  std::string client_id(32'729, 'x');
  client_id += "\xC3\xA4";  // would be split
  auto call = world.join({.client_id = client_id + std::string(36, 'y')});
  REQUIRE(call->member_id.size() == 32'729 + 37);
}

TEST_CASE("classic join: an answer that waits is given up for a newer one") {
  GroupFixture world;
  auto first = world.join_anew();
  const std::string id = world.group().members().begin()->first;
  auto second = world.join({.member_id = id});
  REQUIRE(first->error == ErrorCode::kRebalanceInProgress);
  world.advance(10'000);
  REQUIRE(second->error == ErrorCode::kNone);
}

TEST_CASE("classic join: a group that only has offsets becomes an ordinary one") {
  GroupFixture world;
  world.groups.put(make_simple_group("group", world.now));
  REQUIRE(world.group().expiry_base() == ExpiryBase::kCommit);
  world.stable_group(2);
  REQUIRE(world.group().protocol_type() == "consumer");
  // No record before the first generation: it is no new group.
  REQUIRE(world.journal.log().size() == 1);
}

TEST_CASE("classic join: a member of an empty group is unknown") {
  GroupFixture world;
  const auto ids = world.stable_group(1);
  world.leave({{ids[0]}});
  REQUIRE(world.state() == "Empty");
  REQUIRE(world.join({.member_id = ids[0]})->error == ErrorCode::kUnknownMemberId);
}

}  // namespace klamm::broker::group
