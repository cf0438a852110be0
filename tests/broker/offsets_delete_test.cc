#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {

TEST_CASE("deleted offsets are gone, and those that were not there are deleted as well", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}, {"orders", 1, 6}});
  REQUIRE(shard.remove("g", {{"orders", {0, 2}}}) == "NONE orders: 0 NONE, 2 NONE");
  REQUIRE(shard.journal.log.size() == 3);  // no tombstone for what was not there
  REQUIRE(shard.fetch_all("g") == "orders: 1 6");
}

TEST_CASE("offsets of topics and partitions that do not exist are not deleted", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  REQUIRE(shard.remove("g", {{"orders", {0, 8}}, {"none", {1}}}) ==
          "NONE orders: 8 UNKNOWN_TOPIC_OR_PARTITION, 0 NONE; none: 1 UNKNOWN_TOPIC_OR_PARTITION");
}

TEST_CASE("offsets of a topic that the group reads are not deleted", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}, {"logs", 0, 1}});
  shard.fake_group("g").subscribed = "orders";
  REQUIRE(shard.remove("g", {{"orders", {0}}, {"logs", {0}}}) ==
          "NONE orders: 0 GROUP_SUBSCRIBED_TO_TOPIC; logs: 0 NONE");
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

TEST_CASE("what is said against a deletion is of the whole request", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.remove("", {{"none", {0}}}) == "INVALID_GROUP_ID ");
  REQUIRE(shard.remove("g", {{"none", {0}}}) == "GROUP_ID_NOT_FOUND ");
  shard.fake_group("g").offset_delete = ErrorCode::kNonEmptyGroup;
  REQUIRE(shard.remove("g", {{"orders", {0}}}) == "NON_EMPTY_GROUP ");
}

TEST_CASE("a deletion that was not written fails as a whole", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.journal.fails_with = ErrorCode::kCoordinatorNotAvailable;
  REQUIRE(shard.remove("g", {{"orders", {0}}, {"none", {0}}}) == "COORDINATOR_NOT_AVAILABLE ");
  shard.journal.fails_with = ErrorCode::kNone;
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

TEST_CASE("a pending offset is deleted with the committed one, or alone", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.commit_in_transaction(77, "g", "orders", 0, 8);
  shard.commit_in_transaction(77, "g", "orders", 1, 9);
  REQUIRE(shard.remove("g", {{"orders", {0, 1}}}) == "NONE orders: 0 NONE, 1 NONE");
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g").empty());
  REQUIRE(!shard.offsets.has_any("g"));
}

TEST_CASE("with a topic go its offsets in all groups, pending ones too", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("f", {{"orders", 0, 5}, {"logs", 0, 1}});
  shard.commit("g", {{"orders", 3, 6}});
  shard.commit_in_transaction(77, "h", "orders", 1, 9);
  const Offsets::DeletedTopic orders{"orders", klamm::broker::testing::id(1)};
  shard.offsets.on_topics_deleted({&orders, 1});
  shard.settle();
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("f") + shard.fetch_all("g") + shard.fetch_all("h") == "logs: 0 1");
}

TEST_CASE("offsets of a new topic outlive the old one of its name", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  const Offsets::DeletedTopic old_one{"orders", klamm::broker::testing::id(100)};
  shard.offsets.on_topics_deleted({&old_one, 1});
  shard.settle();
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

TEST_CASE("offsets whose record has no topic id go with any topic of their name", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 5);  // without a topic id, as Kafka writes them
  shard.end_transaction(77, true);
  const Offsets::DeletedTopic topic{"orders", klamm::broker::testing::id(100)};
  shard.offsets.on_topics_deleted({&topic, 1});
  shard.settle();
  REQUIRE(shard.fetch_all("g").empty());
}

}  // namespace klamm::broker::group::testing
