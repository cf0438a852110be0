#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {

TEST_CASE("a commit is answered when it is committed, and can be fetched then", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.begin_commit("g", {{"orders", 0, 5}, {"orders", 1, 6}, {"logs", 0, 7}}) == "waits");
  shard.settle();
  REQUIRE(shard.answer() == "orders: 0 NONE, 1 NONE; logs: 0 NONE");
  REQUIRE(shard.fetch_all("g") == "logs: 0 7; orders: 0 5, 1 6");
}

TEST_CASE("metadata and leader epoch of a commit come back; no metadata is the empty text", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5, "where I was", 3}, {"orders", 1, 6, std::nullopt}});
  REQUIRE(shard.fetch_all("g") == "orders: 0 5 (epoch 3) 'where I was', 1 6");
  shard.commit("g", {{"orders", 0, 9, "elsewhere"}});
  REQUIRE(shard.fetch_all("g") == "orders: 0 9 'elsewhere', 1 6");
}

TEST_CASE("a commit of generation -1 to no group makes a simple group, once it is applied", "[offsets]") {
  OffsetsFixture shard;
  shard.begin_commit("g", {{"orders", 0, 5}});
  REQUIRE(shard.groups.find("g") == nullptr);
  shard.settle();
  REQUIRE(shard.groups.find("g")->state_name() == "Empty");
  REQUIRE(shard.groups.find("g")->protocol_type().empty());
}

TEST_CASE("a member's commit to no group is refused as its version knows it", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.begin_commit("g", {{"orders", 0, 5}}, {.version = 8, .generation = 1}) ==
          "orders: 0 ILLEGAL_GENERATION");
  REQUIRE(shard.begin_commit("g", {{"orders", 0, 5}}, {.version = 9, .generation = 0}) ==
          "orders: 0 GROUP_ID_NOT_FOUND");
  REQUIRE(shard.groups.by_id().empty());
}

TEST_CASE("what the group says against a commit, each partition is told at once", "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  group.commit = ErrorCode::kRebalanceInProgress;
  REQUIRE(
      shard.begin_commit("g", {{"orders", 0, 5}, {"orders", 7, 5}}, {.generation = 4, .member_id = "m"}) ==
      "orders: 7 UNKNOWN_TOPIC_OR_PARTITION, 0 REBALANCE_IN_PROGRESS");
  REQUIRE(group.asked_by == "m/4");
  REQUIRE(group.heard_ms == -1);
  REQUIRE(shard.journal.log.empty());
}

TEST_CASE("an accepted commit is a sign of life of its member", "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  shard.begin_commit("g", {{"orders", 0, 5}}, {.generation = 4, .member_id = "m"});
  REQUIRE(group.heard_ms == 1'000);
}

TEST_CASE("topics and partitions that do not exist are refused, and the others committed", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.commit("g", {{"logs", 0, 1}, {"none", 0, 1}, {"orders", 9, 1}, {"orders", 2, 8}}) ==
          "none: 0 UNKNOWN_TOPIC_OR_PARTITION; orders: 9 UNKNOWN_TOPIC_OR_PARTITION, 2 NONE; logs: 0 NONE");
  REQUIRE(shard.fetch_all("g") == "logs: 0 1; orders: 2 8");
}

TEST_CASE("a commit of which nothing exists is answered without asking the group", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.begin_commit("g", {{"none", 0, 1}}, {.generation = 3}) ==
          "none: 0 UNKNOWN_TOPIC_OR_PARTITION");
  REQUIRE(shard.begin_commit("g", {}, {.generation = 3}).empty());
}

TEST_CASE("from version 10 on topics are known by their ids", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.commit("g", {{"none", 0, 1}, {"orders", 1, 4}}, {.version = 10}) ==
          ": 0 UNKNOWN_TOPIC_ID; orders: 1 NONE");
  REQUIRE(shard.fetch_all("g") == "orders: 1 4");
}

TEST_CASE("metadata is measured as Java measures a string", "[offsets]") {
  OffsetsFixture shard;
  shard.config.offset_metadata_size_max = 3;
  // Three units of UTF-16 in six bytes; four in eight.
  REQUIRE(shard.commit("g", {{"orders", 0, 1, "\u00e9\u00e9\u00e9"},
                             {"orders", 1, 1, "\U0001F600\U0001F600"},
                             {"orders", 2, 1, "abcd"},
                             {"orders", 3, 1, "abc"}}) ==
          "orders: 0 NONE, 1 OFFSET_METADATA_TOO_LARGE, 2 OFFSET_METADATA_TOO_LARGE, 3 NONE");
  REQUIRE(shard.journal.log.size() == 2);
}

TEST_CASE("a commit that was not written says so of all that the group was asked for", "[offsets]") {
  OffsetsFixture shard;
  shard.config.offset_metadata_size_max = 1;
  shard.journal.fails_with = ErrorCode::kNotCoordinator;
  REQUIRE(shard.commit("g", {{"orders", 0, 1}, {"orders", 1, 1, "ab"}, {"none", 0, 1}}) ==
          "none: 0 UNKNOWN_TOPIC_OR_PARTITION; orders: 0 NOT_COORDINATOR, 1 NOT_COORDINATOR");
  shard.journal.fails_with = ErrorCode::kNone;
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("a topic that stands twice in a commit is answered twice, or once where some of it is refused",
          "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.commit("g", {{"orders", 0, 1}, {"logs", 0, 2}, {"orders", 1, 3}}) ==
          "orders: 0 NONE; logs: 0 NONE; orders: 1 NONE");
  REQUIRE(shard.commit("g", {{"orders", 0, 1}, {"logs", 5, 2}, {"orders", 1, 3}}) ==
          "logs: 5 UNKNOWN_TOPIC_OR_PARTITION; orders: 0 NONE, 1 NONE");
}

TEST_CASE("where there is no coordinator, unknown topics are told so and the rest its error", "[offsets]") {
  OffsetsFixture shard;
  const auto refuse = [&](std::vector<CommitPartition> partitions) {
    const CommitRequest request("g", std::move(partitions), {}, shard.image);
    std::string text;
    refuse_commit(request.body, 9, shard.image, shard.access(), ErrorCode::kNotCoordinator,
                  [&](const OffsetCommitResponse& response) { text = codes_of(response); });
    return text;
  };
  REQUIRE(refuse({{"orders", 0, 5}, {"none", 0, 5}, {"orders", 9, 5}}) ==
          "none: 0 UNKNOWN_TOPIC_OR_PARTITION; orders: 9 UNKNOWN_TOPIC_OR_PARTITION, 0 NOT_COORDINATOR");
  REQUIRE(refuse({{"none", 0, 5}}) == "none: 0 UNKNOWN_TOPIC_OR_PARTITION");
}

}  // namespace klamm::broker::group::testing
