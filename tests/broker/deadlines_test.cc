#include "tests/testing.h"

#include "broker/group/deadlines.h"

namespace klamm::broker::group {

namespace {

DeadlineKey session(std::string group, std::string member) {
  return {DeadlineKind::kSession, std::move(group), std::move(member)};
}

}  // namespace

TEST_CASE("deadlines: the earliest comes first, equal ones by key") {
  Deadlines deadlines;
  deadlines.set(session("g", "b"), 10);
  deadlines.set(session("g", "a"), 10);
  deadlines.set({DeadlineKind::kJoin, "g"}, 5);
  REQUIRE(deadlines.next_ms() == 5);
  REQUIRE_FALSE(deadlines.take_due(4));
  REQUIRE(deadlines.take_due(10) == DeadlineKey{DeadlineKind::kJoin, "g"});
  REQUIRE(deadlines.take_due(10) == session("g", "a"));
  REQUIRE(deadlines.take_due(10) == session("g", "b"));
  REQUIRE_FALSE(deadlines.take_due(INT64_MAX));
  REQUIRE(deadlines.next_ms() == INT64_MAX);
}

TEST_CASE("deadlines: one that is set again is where it was set last") {
  Deadlines deadlines;
  deadlines.set(session("g", "a"), 10);
  deadlines.set(session("g", "a"), 20);
  deadlines.set(session("g", "b"), 20);
  deadlines.set(session("g", "b"), 10);
  REQUIRE(deadlines.size() == 2);
  REQUIRE(deadlines.take_due(15) == session("g", "b"));
  REQUIRE_FALSE(deadlines.take_due(15));
  REQUIRE(deadlines.find(session("g", "a")) == 20);
  REQUIRE_FALSE(deadlines.find(session("g", "b")));
}

TEST_CASE("deadlines: those of a group are cancelled, and no others") {
  Deadlines deadlines;
  deadlines.set({DeadlineKind::kJoin, "g"}, 1);
  deadlines.set({DeadlineKind::kSync, "g"}, 1);
  deadlines.set(session("g", "a"), 1);
  deadlines.set(session("g", "b"), 1);
  deadlines.set(session("f", "a"), 2);
  deadlines.set(session("ga", ""), 3);
  deadlines.set({DeadlineKind::kExpiry}, 4);
  deadlines.cancel_group("g");
  deadlines.cancel(session("f", "none"));
  REQUIRE(deadlines.size() == 3);
  REQUIRE(deadlines.next_ms() == 2);
  deadlines.cancel(session("f", "a"));
  deadlines.cancel_group("");
  REQUIRE(deadlines.next_ms() == 3);
  REQUIRE(deadlines.find({DeadlineKind::kExpiry}) == 4);
}

}  // namespace klamm::broker::group
