#include "tests/testing.h"

#include "tests/broker/shard_fixture.h"

namespace klamm::broker::group::testing {

TEST_CASE("a deleted group is gone with its offsets, and the log says so of each", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 0);
  shard.load_offset("g", "orders", 0, 5);
  shard.load_offset("gg", "orders", 0, 6);
  REQUIRE(shard.remove("g") == "g NONE");
  REQUIRE(shard.list() == "gg  Empty classic");
  REQUIRE(shard.offsets_of("g").empty());
  REQUIRE(shard.journal.write_sizes == std::vector<size_t>{2});
  REQUIRE(shard.journal.log[0].record.key == offset_tombstone({"g", "orders", 0}).key);
  REQUIRE(shard.journal.log[1].record.key == group_metadata_tombstone("g").key);
  REQUIRE(!shard.journal.log[1].record.value);
}

TEST_CASE("a group with members is not deleted, nor one that does not exist", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 1);
  REQUIRE(shard.remove("g") == "g NON_EMPTY_GROUP");
  REQUIRE(shard.remove("none") == "none GROUP_ID_NOT_FOUND");
  REQUIRE(shard.remove("") == " GROUP_ID_NOT_FOUND");
  REQUIRE(shard.journal.log.empty());
}

TEST_CASE("a deletion that was not written leaves the group", "[groups]") {
  ShardFixture shard;
  shard.load_offset("g", "orders", 0, 5);
  shard.journal.fails_with = ErrorCode::kNotCoordinator;
  REQUIRE(shard.remove("g") == "g NOT_COORDINATOR");
  REQUIRE(shard.list() == "g  Empty classic");
}

TEST_CASE("what is pending in a transaction is deleted with its group", "[groups]") {
  ShardFixture shard;
  protocol::OffsetCommitValue value;
  const CoordinatorRecord record = offset_commit_record({"g", "orders", 0}, value);
  CoordinatorRecordView view = view_of(record, Offset{7});
  view.producer_id = 77;
  REQUIRE(shard.shard.load(view, shard.now));
  REQUIRE(shard.remove("g") == "g NONE");
  shard.shard.end_transaction(77, true);
  REQUIRE(shard.offsets_of("g").empty());
}

TEST_CASE("a group with very many offsets is deleted in several writes, itself with the last", "[groups]") {
  ShardFixture shard;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    shard.load_offset("g", "orders", partition, 5);
  }
  REQUIRE(shard.remove("g") == "g NONE");
  REQUIRE(shard.journal.log.size() == 10'001);
  REQUIRE(shard.journal.write_sizes.size() > 2);
  REQUIRE(shard.list().empty());
}

TEST_CASE("offsets are looked at once in each interval, and what is too old goes with its group",
          "[groups]") {
  ShardFixture shard;
  shard.config.offsets_retention_ms = 1'000'000;
  shard.load_offset("g", "orders", 0, 5);
  shard.loaded();
  REQUIRE(shard.shard.next_deadline_ms() == 605'000);
  shard.advance(600'000);
  REQUIRE(shard.shard.next_deadline_ms() == 1'205'000);
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
  shard.advance(599'999);
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
  shard.advance(1);
  REQUIRE(shard.list().empty());
  REQUIRE(shard.journal.write_sizes == std::vector<size_t>{2});
}

TEST_CASE("the age of an empty group's offsets counts from the time it became empty", "[groups]") {
  ShardFixture shard;
  shard.config.offsets_retention_ms = 1'200'000;
  shard.load_offset("g", "orders", 0, 5);
  shard.advance(600'000);
  shard.load_group("g", 0);
  shard.loaded();
  shard.advance(600'000);
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
  shard.advance(600'000);
  REQUIRE(shard.list().empty());
}

TEST_CASE("a subscribed topic's offsets do not expire while the group is stable", "[groups]") {
  ShardFixture shard;
  shard.config.offsets_retention_ms = 1'000;
  shard.config.expiry_interval_ms = 2'000;
  shard.load_group("g", 1);
  shard.load_offset("g", "orders", 0, 5);
  shard.load_offset("g", "logs", 0, 6);
  shard.loaded();
  shard.advance(2'000);
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
  REQUIRE(shard.list() == "g consumer Stable classic");
}

}  // namespace klamm::broker::group::testing
