// Committed offsets of topics that may not be seen.
#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {
namespace {

using klamm::broker::testing::AclOperation;
using klamm::broker::testing::allow;
using klamm::broker::testing::ResourceType;
using klamm::broker::testing::strict_rules;

// Group "g" has an offset of each topic; of these "logs" may be read.
struct Strict : OffsetsFixture {
  Strict() {
    commit("g", {{"orders", 0, 5}, {"logs", 0, 7}});
    rules = strict_rules();
    REQUIRE(image.apply(allow(AclOperation::kRead, ResourceType::kTopic, "logs")).ok());
  }
};

}  // namespace

TEST_CASE("a commit of a topic that may not be read is refused, there or not", "[offsets]") {
  Strict shard;
  REQUIRE(shard.commit("g", {{"orders", 0, 6}, {"none", 9, 6}, {"logs", 0, 8}}) ==
          "orders: 0 TOPIC_AUTHORIZATION_FAILED; none: 9 TOPIC_AUTHORIZATION_FAILED; logs: 0 NONE");
  REQUIRE(shard.journal.log.size() == 3);
}

TEST_CASE("a commit by id is refused as one by name, and no topic is no topic", "[offsets]") {
  Strict shard;
  const CommitHow by_id{.version = 10};
  REQUIRE(shard.commit("g", {{"orders", 0, 6}}, by_id) == "orders: 0 TOPIC_AUTHORIZATION_FAILED");
  REQUIRE(shard.commit("g", {{"none", 0, 6}}, by_id) == ": 0 UNKNOWN_TOPIC_ID");
}

TEST_CASE("a refused topic does not ask the group, and the group's error is not its", "[offsets]") {
  Strict shard;
  FakeGroup& group = shard.fake_group("g");
  group.commit = ErrorCode::kFencedInstanceId;
  REQUIRE(shard.commit("g", {{"orders", 0, 6}}) == "orders: 0 TOPIC_AUTHORIZATION_FAILED");
  REQUIRE(group.asked_by.empty());
}

TEST_CASE("offsets of topics that may not be described are refused by name, and hidden among all",
          "[offsets]") {
  Strict shard;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0, 9}}, {"none", {0}}, {"logs", {0}}}) ==
          "logs: 0 7; orders: 0 TOPIC_AUTHORIZATION_FAILED, 9 TOPIC_AUTHORIZATION_FAILED; none: 0 "
          "TOPIC_AUTHORIZATION_FAILED");
  REQUIRE(shard.fetch_all("g") == "logs: 0 7");
}

TEST_CASE("a fetch by id tells no name that may not be described", "[offsets]") {
  Strict shard;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}, {"none", {0}}}, {.version = 10}) ==
          ": 0 TOPIC_AUTHORIZATION_FAILED; : 0 UNKNOWN_TOPIC_ID");
}

TEST_CASE("offsets of topics that may not be read are not deleted, there or not", "[offsets]") {
  Strict shard;
  REQUIRE(shard.remove("g", {{"orders", {0}}, {"none", {1}}, {"logs", {0}}}) ==
          "NONE orders: 0 TOPIC_AUTHORIZATION_FAILED; none: 1 TOPIC_AUTHORIZATION_FAILED; logs: 0 NONE");
  shard.rules = {};
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

}  // namespace klamm::broker::group::testing
