// Offsets that were committed within transactions, as a log has them.
#include "tests/testing.h"

#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {

TEST_CASE("what a transaction commits counts when it is committed", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}});
  shard.commit_in_transaction(77, "g", "orders", 0, 8);
  shard.commit_in_transaction(77, "g", "orders", 1, 9);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g") == "orders: 0 8, 1 9");
  REQUIRE(shard.fetch("g", std::nullopt, {.require_stable = true}) == "orders: 0 8, 1 9");
}

TEST_CASE("what a transaction commits is dropped when it is aborted", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 8);
  REQUIRE(shard.groups.find("g") != nullptr);
  shard.end_transaction(77, false);
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.require_stable = true}) == "orders: 0 -");
  REQUIRE(!shard.offsets.has_any("g"));
}

TEST_CASE("a plain commit behind a pending one is the newer, whenever the transaction ends", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 8);
  shard.commit("g", {{"orders", 0, 5}});
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g") == "orders: 0 5");
}

TEST_CASE("of two transactions the one that committed the offset later in the log counts", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 7);
  shard.commit_in_transaction(88, "g", "orders", 0, 8);
  shard.end_transaction(88, true);
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g") == "orders: 0 8");
}

TEST_CASE("the last commit of a transaction is the one that counts", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 7);
  shard.commit_in_transaction(77, "g", "orders", 0, 8);
  shard.end_transaction(77, true);
  REQUIRE(shard.fetch_all("g") == "orders: 0 8");
}

TEST_CASE("a partition is unstable until the last of its transactions has ended", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 7);
  shard.commit_in_transaction(88, "g", "orders", 0, 8);
  shard.end_transaction(77, false);
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.require_stable = true}) ==
          "orders: 0 UNSTABLE_OFFSET_COMMIT");
  shard.end_transaction(88, true);
  REQUIRE(shard.fetch("g", Wanted{{"orders", {0}}}, {.require_stable = true}) == "orders: 0 8");
}

TEST_CASE("the end of a transaction without offsets changes nothing", "[offsets]") {
  OffsetsFixture shard;
  shard.commit_in_transaction(77, "g", "orders", 0, 7);
  shard.end_transaction(78, true);
  REQUIRE(shard.offsets.all().empty());
  REQUIRE(shard.offsets.has_any("g"));
}

TEST_CASE("tombstones of a group name each of its partitions once, pending ones too", "[offsets]") {
  OffsetsFixture shard;
  shard.commit("g", {{"orders", 0, 5}, {"logs", 0, 5}});
  shard.commit("gg", {{"orders", 0, 5}});
  shard.commit_in_transaction(77, "g", "orders", 0, 7);
  shard.commit_in_transaction(77, "g", "orders", 2, 7);
  std::vector<CoordinatorRecord> records;
  shard.offsets.append_tombstones("g", records);
  std::string named;
  for (const CoordinatorRecord& record : records) {
    const auto key = read_offset_key(record.key);
    REQUIRE(!record.value);
    named += fmt::format("{}/{}/{} ", key->group, key->topic, key->partition);
  }
  REQUIRE(named == "g/logs/0 g/orders/0 g/orders/2 ");
}

}  // namespace klamm::broker::group::testing
