#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {

TEST_CASE("partitions without a committed offset have offset -1, in the order they were asked for",
          "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 1, 5, "text", 2}});
  REQUIRE(shard.fetch("g", Wanted{{"orders", {2, 1, 0}}, {"none", {3}}}) ==
          "orders: 2 -, 1 5 (epoch 2) 'text', 0 -; none: 3 -");
}

TEST_CASE("a group that does not exist has no offsets, which is no error", "[offsets]") {
  OffsetsFixture shard;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}) == "orders: 0 -");
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("a group that is dead has no offsets, even where some are known", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.fake_group("g").fetch = ErrorCode::kGroupIdNotFound;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}) == "orders: 0 -");
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("what the group says against a fetch is of the group, before version 2 of each partition",
          "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.fake_group("g").fetch = ErrorCode::kStaleMemberEpoch;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.version = 9}) == "STALE_MEMBER_EPOCH");
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0, 1}}}, {.version = 1}) ==
          "orders: 0 STALE_MEMBER_EPOCH, 1 STALE_MEMBER_EPOCH");
}

TEST_CASE("by topic id, topics that do not exist come last, with an error", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  REQUIRE(shard.fetch("g", Wanted{{"none", {0, 1}}, {"orders", {0}}}, {.version = 10}) ==
          "orders: 0 5; : 0 UNKNOWN_TOPIC_ID, 1 UNKNOWN_TOPIC_ID");
}

TEST_CASE("offsets of a topic that was made anew are not those of the old one", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  namespace records = klamm::broker::testing;
  shard.image = records::image_of({records::topic("orders", 8), records::partition(8, 0, {1})});
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.version = 10}) == "orders: 0 -");
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.version = 9}) == "orders: 0 -");
  REQUIRE(shard.fetch_all("g").empty());
  shard.commit("g", {{"orders", 0, 6}});
  REQUIRE(shard.fetch_all("g") == "orders: 0 6");
}

TEST_CASE("all offsets by topic id leave out topics that have none", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"logs", 0, 4}, {"orders", 0, 5}});
  namespace records = klamm::broker::testing;
  shard.image = records::image_of({records::topic("orders", 1), records::partition(1, 0, {1})});
  REQUIRE(shard.fetch("g", std::nullopt, {.version = 10}) == "orders: 0 5");
  REQUIRE(shard.fetch("g", std::nullopt, {.version = 9}) == "logs: 0 4; orders: 0 5");
}

TEST_CASE("a fetch that requires stable offsets is told where a transaction is pending", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}, {"orders", 1, 6}});
  shard.commit_in_transaction(77, "g", "orders", 0, 9);
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0, 1}}}, {.require_stable = true}) ==
          "orders: 0 UNSTABLE_OFFSET_COMMIT, 1 6");
  REQUIRE(shard.fetch("g", std::nullopt, {.require_stable = true}) ==
          "orders: 0 UNSTABLE_OFFSET_COMMIT, 1 6");
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0, 1}}}) == "orders: 0 5, 1 6");
}

TEST_CASE("a fetch of another group does not see a pending transaction", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 9);
  REQUIRE(shard.fetch("f", Wanted{{"orders", {0}}}, {.require_stable = true}) == "orders: 0 -");
}

TEST_CASE("a fetch whose answer cannot be sure sends the client to look for the coordinator", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.journal.fails_with = ErrorCode::kCoordinatorNotAvailable;
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}) == "NOT_COORDINATOR");
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.version = 1}) == "orders: 0 NOT_COORDINATOR");
}

TEST_CASE("the answer to a fetch is what was known when it was asked", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5, "a text too long to be kept in place"}});
  std::string answer;
  OffsetFetchRequest::OffsetFetchRequestGroup request{.group_id = "g", .topics = std::nullopt};
  shard.offsets.fetch(request, false, 8, shard.image, shard.access(),
                      [&](const auto& told) { answer = text_of(told); });
  shard.commit("g", {{"orders", 0, 6, "another text of the same length, or so"}});
  REQUIRE(answer == "orders: 0 5 'a text too long to be kept in place'");
}

TEST_CASE("a partition that is named very often is not told as often as a request likes", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5, std::string(4096, 'm')}});
  const size_t told = (64 << 20) / 4096 - 1;
  REQUIRE(shard.fetch("g", Wanted{{"orders", std::vector<int32_t>(told, 0)}}).starts_with("orders: 0 5"));
  REQUIRE(shard.fetch("g", Wanted{{"orders", std::vector<int32_t>(told + 2, 0)}}) == "UNKNOWN_SERVER_ERROR");
}

TEST_CASE("all that is committed can be told in parts, whatever is committed between them", "[offsets]") {
  OffsetsFixture shard;
  const auto told = [&shard](size_t count) {
    std::string text;
    for (Offsets::Place place;;) {
      const auto some = shard.offsets.some(place, count);
      for (const auto& one : some)
        text += fmt::format("{} {} {} {}; ", one.group, one.topic, one.partition, one.offset.value);
      if (some.size() < count) return text;
      place = {std::string(some.back().group), std::string(some.back().topic), some.back().partition};
    }
  };
  REQUIRE(told(1).empty());
  shard.commit("b", {{"orders", 1, 5}, {"orders", 3, 6}, {"logs", 0, 7}});
  shard.commit("a", {{"orders", 2, 8}});
  for (size_t count = 1; count < 6; ++count)
    REQUIRE(told(count) == "a orders 2 8; b logs 0 7; b orders 1 5; b orders 3 6; ");
  const Offsets::Place gone{"b", "no such topic", 9};
  REQUIRE(shard.offsets.some(gone, 1).at(0).partition == 1);
}

}  // namespace klamm::broker::group::testing
