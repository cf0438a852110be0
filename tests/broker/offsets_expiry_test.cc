// KIP-211. The retention is a week; the fixture's clock stands at 1'000'000 when commits are made.
#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {
namespace {

constexpr int64_t kCommitted = 1'000'000;
constexpr int64_t kWeek = 7 * 24 * 3'600'000;

}  // namespace

TEST_CASE("an offset of a simple group expires a week after its commit, and the group with the last",
          "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.now.wall_ms += 10;
  shard.commit("g", {{"orders", 1, 6}});
  shard.expire_at(kCommitted + kWeek - 1);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5, 1 6");
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.fetch_all("g") == "orders: 1 6");
  REQUIRE(shard.gone_groups.empty());
  shard.expire_at(kCommitted + kWeek + 10);
  REQUIRE(shard.fetch_all("g").empty());
  REQUIRE(shard.gone_groups.size() == 1);
}

TEST_CASE("the offsets of an empty group expire a week after it became empty, whenever committed",
          "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  group.base = ExpiryBase::kGroupState;
  group.state_timestamp = kCommitted + 500;
  shard.commit("g", {{"orders", 0, 5}});
  shard.expire_at(kCommitted + kWeek + 499);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
  shard.expire_at(kCommitted + kWeek + 500);
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("nothing of a group in use expires", "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  group.base = ExpiryBase::kNever;
  shard.commit("g", {{"orders", 0, 5}}, {.version = 4, .retention_ms = 1});
  shard.expire_at(kCommitted + 10 * kWeek);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
  REQUIRE(shard.gone_groups.empty());
}

TEST_CASE("while members read a topic its offsets do not expire, those of others do", "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  group.subscribed = "orders";
  group.empty = false;
  shard.commit("g", {{"orders", 0, 5}, {"logs", 0, 6}});
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

TEST_CASE("a commit that says how long it is good for expires then", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}}, {.version = 4, .retention_ms = 2 * kWeek});
  shard.commit("g", {{"orders", 1, 6}}, {.version = 2, .retention_ms = 100});
  shard.expire_at(kCommitted + 99);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5, 1 6");
  shard.expire_at(kCommitted + 100);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
  shard.expire_at(kCommitted + 2 * kWeek);
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("an empty group without offsets goes at once; one with members stays", "[offsets]") {
  OffsetsFixture shard;
  FakeGroup& group = shard.fake_group("g");
  group.base = ExpiryBase::kNever;
  group.empty = false;
  shard.expire_at(kCommitted);
  REQUIRE(shard.gone_groups.empty());
  group.empty = true;
  shard.expire_at(kCommitted);
  REQUIRE(shard.gone_groups.size() == 1);
}

TEST_CASE("while a transaction is pending its partition does not expire, nor does its group", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}, {"orders", 1, 6}});
  shard.commit_in_transaction(77, "g", "orders", 0, 9);
  shard.commit_in_transaction(77, "h", "orders", 0, 9);
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
  REQUIRE(shard.gone_groups.empty());
  shard.end_transaction(77, false);
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.fetch_all("g").empty());
  REQUIRE(shard.gone_groups.size() == 2);
}

TEST_CASE("a group of which only pending offsets are left stays", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.commit_in_transaction(77, "g", "orders", 1, 9);
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.gone_groups.empty());
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g") == "orders: 1 9");
}

TEST_CASE("a retention beyond all time is over at once, as in Kafka", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}}, {.version = 4, .retention_ms = INT64_MAX});
  shard.expire_at(kCommitted);
  REQUIRE(shard.fetch_all("g").empty());
}

TEST_CASE("what expires is written in parts, those of one group together", "[offsets]") {
  OffsetsFixture shard;
  const std::string long_name(30'000, 'g');
  for (char c : std::string("abcdefgh")) shard.commit(long_name + c, {{"orders", 0, 5}, {"orders", 1, 5}});
  shard.journal.write_sizes.clear();
  shard.expire_at(kCommitted + kWeek);
  // Two offsets and a group, of which a write takes two. (The fake group's own tombstone is short.)
  REQUIRE(shard.gone_groups.size() == 8);
  for (size_t size : shard.journal.write_sizes) REQUIRE((size == 3 || size == 6));
}

TEST_CASE("a group with more offsets than a write takes goes the next time", "[offsets]") {
  OffsetsFixture shard;
  const std::string long_name(30'000, 'g');
  shard.image = klamm::broker::testing::image_of([] {
    namespace records = klamm::broker::testing;
    std::vector<records::MetadataRecord> made{records::topic("wide", 5)};
    for (int32_t index = 0; index < 12; ++index) made.push_back(records::partition(5, index, {1}));
    return made;
  }());
  for (int32_t index = 0; index < 12; ++index) shard.commit(long_name, {{"wide", index, 5}});
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.fetch_all(long_name).empty());
  REQUIRE(shard.gone_groups.empty());
  shard.expire_at(kCommitted + kWeek);
  REQUIRE(shard.gone_groups.size() == 1);
}

TEST_CASE("what is looked at in one step is bounded, and the next goes on", "[offsets]") {
  OffsetsFixture shard;
  constexpr int kGroups = Offsets::kExpiryStep / 2 + 1;  // each with an offset
  for (int i = 0; i < kGroups; ++i) shard.commit(std::to_string(i), {{"orders", 0, 5}});
  shard.now.wall_ms = kCommitted + kWeek;
  REQUIRE_FALSE(shard.offsets.expire(shard.now));
  shard.settle();
  REQUIRE(shard.gone_groups.size() == kGroups - 1);
  REQUIRE(shard.offsets.expire(shard.now));
  shard.settle();
  REQUIRE(shard.gone_groups.size() == kGroups);
}

}  // namespace klamm::broker::group::testing
