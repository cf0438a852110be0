// What a classic group answers in each of its states, as a table, and from which state it gets where.
#include "tests/testing.h"

#include <fmt/core.h>

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group {
using namespace testing;

namespace {

constexpr ClassicState kStates[] = {ClassicState::kEmpty, ClassicState::kPreparingRebalance,
                                    ClassicState::kCompletingRebalance, ClassicState::kStable,
                                    ClassicState::kDead};

// A group in the state, with a leader and a follower where it has members. Gives their ids.
struct InState : GroupFixture {
  explicit InState(ClassicState state) {
    const JoinAs as{.protocols = {{"range", subscription({"topic"})}}};
    ids = stable_group(2, as);
    JoinAs leader = as;
    leader.member_id = ids[0];
    JoinAs follower = as;
    follower.member_id = ids[1];
    generation = 1;
    if (state == ClassicState::kPreparingRebalance || state == ClassicState::kCompletingRebalance)
      join(leader);
    if (state == ClassicState::kCompletingRebalance) {
      join(follower);
      generation = 2;
    }
    if (state == ClassicState::kEmpty) leave({{ids[0]}, {ids[1]}});
    if (state == ClassicState::kDead) membership.resign();
    CHECK(group().state() == state);
  }

  std::string commit(const std::string& member_id, int32_t committed_in, bool transactional = false) {
    const auto error = group().check_commit(
        {.member_id = member_id, .generation = committed_in, .transactional = transactional});
    return std::to_string(wire_value(error));
  }

  std::vector<std::string> ids;
  int32_t generation;
};

std::string text(const Call<Joined>& call) {
  return call.answered() ? std::to_string(wire_value(call->error)) : "waits";
}
std::string text(const Call<Synced>& call) {
  return call.answered() ? std::to_string(wire_value(call->error)) : "waits";
}

// Each in a world of its own: what a request is answered with.
std::string answers(ClassicState state) {
  auto in = [&] { return InState(state); };
  const JoinAs new_member{.version = 3};
  std::string all;
  auto add = [&](auto ask) {
    InState world = in();
    all += ask(world) + " ";
  };
  add([&](InState& world) { return text(world.join(new_member)); });
  const Protocols same = {{"range", subscription({"topic"})}};
  add([&](InState& world) { return text(world.join({.member_id = world.ids[1], .protocols = same})); });
  add([&](InState& world) { return text(world.join({.member_id = world.ids[1]})); });
  add([&](InState& world) { return text(world.join({.member_id = world.ids[0], .protocols = same})); });
  add([&](InState& world) {
    return text(world.sync({.member_id = world.ids[1], .generation = world.generation}));
  });
  add([&](InState& world) {
    return text(world.sync({.member_id = world.ids[0], .generation = world.generation}));
  });
  add([&](InState& world) {
    return std::to_string(wire_value(world.heartbeat(world.ids[1], world.generation)));
  });
  add([&](InState& world) { return world.commit("", -1); });
  add([&](InState& world) { return world.commit(world.ids[1], world.generation); });
  add([&](InState& world) { return world.commit(world.ids[1], world.generation - 1); });
  add([&](InState& world) { return world.commit("m", world.generation); });
  add([&](InState& world) { return world.commit(world.ids[1], world.generation, true); });
  add([&](InState& world) { return world.commit("", -1, true); });
  add([&](InState& world) { return std::to_string(wire_value(world.group().check_offset_delete())); });
  add([&](InState& world) { return std::to_string(wire_value(world.group().check_delete())); });
  all.pop_back();
  return all;
}

}  // namespace

TEST_CASE("classic states: what is answered in each") {
  // JoinGroup of: somebody new, a follower as before, one with other metadata, the leader. SyncGroup of a
  // follower, of the leader. Heartbeat. Commit: without ids, of a member, in the generation before, of nobody
  // known, of a member in a transaction, without ids in a transaction. OffsetDelete, DeleteGroups.
  using State = ClassicState;
  REQUIRE(answers(State::kEmpty) == "waits 25 25 25 25 25 25 0 25 25 25 25 0 0 0");
  REQUIRE(answers(State::kPreparingRebalance) == "waits 0 0 waits 27 27 27 25 0 22 25 0 0 0 68");
  REQUIRE(answers(State::kCompletingRebalance) == "waits 0 waits 0 waits 0 0 25 27 22 25 0 0 0 68");
  REQUIRE(answers(State::kStable) == "waits 0 waits waits 0 0 0 25 0 22 25 0 0 0 68");
  REQUIRE(answers(State::kDead) == "15 15 15 15 15 15 15 15 15 15 15 15 15 69 69");
}

TEST_CASE("classic states: which follows which") {
  const std::map<ClassicState, std::string> followers = {
      {ClassicState::kEmpty, "PreparingRebalance Dead "},
      {ClassicState::kPreparingRebalance, "Empty CompletingRebalance Dead "},
      {ClassicState::kCompletingRebalance, "PreparingRebalance Stable Dead "},
      {ClassicState::kStable, "PreparingRebalance Dead "},
      {ClassicState::kDead, "Dead "}};
  for (ClassicState from : kStates) {
    std::string found;
    for (ClassicState to : kStates) {
      if (may_become(from, to)) found += fmt::format("{} ", name_of(to));
    }
    REQUIRE(found == followers.at(from));
  }
}

TEST_CASE("classic states: an instance is looked at when it commits") {
  GroupFixture world;
  const std::string id = world.stable_static();
  auto commit = [&](std::string_view member_id, std::string_view instance_id, int32_t generation) {
    return world.group().check_commit(
        {.member_id = member_id, .instance_id = instance_id, .generation = generation});
  };
  REQUIRE(commit(id, "instance", 1) == ErrorCode::kNone);
  REQUIRE(commit("m", "instance", 7) == ErrorCode::kFencedInstanceId);
  REQUIRE(commit(id, "other", 1) == ErrorCode::kUnknownMemberId);
  REQUIRE(commit("", "instance", -1) == ErrorCode::kFencedInstanceId);
  REQUIRE(commit(id, "instance", -1) == ErrorCode::kIllegalGeneration);
}

// KAFKA-13636: offsets expired while a group was rebalancing, since nobody could commit.
TEST_CASE("classic states: nothing expires while members come and go") {
  REQUIRE(InState(ClassicState::kEmpty).group().expiry_base() == ExpiryBase::kGroupState);
  REQUIRE(InState(ClassicState::kPreparingRebalance).group().expiry_base() == ExpiryBase::kNever);
  REQUIRE(InState(ClassicState::kCompletingRebalance).group().expiry_base() == ExpiryBase::kNever);
  REQUIRE(InState(ClassicState::kStable).group().expiry_base() == ExpiryBase::kCommit);
}

TEST_CASE("classic states: the time since when a group is as it is") {
  GroupFixture world;
  const int64_t created_ms = world.now.wall_ms;
  world.pending_id();
  world.advance(1'000);
  REQUIRE(world.group().state_timestamp_ms() == created_ms);
  const auto ids = world.stable_group(1);
  world.advance(1'000);
  world.leave({{ids[0]}});
  REQUIRE(world.group().state_timestamp_ms() == world.now.wall_ms);
}

}  // namespace klamm::broker::group
