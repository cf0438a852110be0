#include "tests/testing.h"

#include "tests/broker/hex.h"
#include "tests/broker/shard_fixture.h"

namespace klamm::broker::group::testing {
namespace {

CoordinatorRecord record_of_type(int16_t type, std::optional<Bytes> value) {
  Bytes key = klamm::broker::testing::bytes_of_hex("0000 0001 67");
  store_be16(key.data(), static_cast<uint16_t>(type));
  return {std::move(key), std::move(value)};
}

}  // namespace

TEST_CASE("groups and offsets of a log are there when it is loaded", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 2);
  shard.load_offset("g", "orders", 0, 5);
  shard.load_offset("simple", "orders", 1, 6);
  shard.loaded();
  REQUIRE(shard.list() == "g consumer Stable classic; simple  Empty classic");
  REQUIRE(shard.offsets_of("g") + " " + shard.offsets_of("simple") == "orders 0 5 orders 1 6");
}

TEST_CASE("offsets under keys of the first type are loaded like those of the second", "[groups]") {
  ShardFixture shard;
  protocol::OffsetCommitValue value;
  value.offset = 5;
  CoordinatorRecord record = offset_commit_record({"g", "orders", 0}, value);
  store_be16(record.key.data(), 0);
  REQUIRE(shard.load(record));
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
}

TEST_CASE("tombstones of a log take away what stood before them", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 2);
  shard.load_offset("g", "orders", 0, 5);
  REQUIRE(shard.load(offset_tombstone({"g", "orders", 0})));
  REQUIRE(shard.load(group_metadata_tombstone("g")));
  REQUIRE(shard.list().empty());
  REQUIRE(shard.offsets_of("g").empty());
}

TEST_CASE("offsets that outlive their group are its offsets again when somebody commits", "[groups]") {
  ShardFixture shard;
  shard.load_offset("g", "orders", 0, 5);
  REQUIRE(shard.load(group_metadata_tombstone("g")));
  REQUIRE(shard.list().empty());
  shard.load_offset("g", "orders", 1, 6);
  REQUIRE(shard.list() == "g  Empty classic");
  REQUIRE(shard.offsets_of("g") == "orders 0 5; orders 1 6");
}

TEST_CASE("records of other kinds of groups and of unknown kinds are passed over", "[groups]") {
  ShardFixture shard;
  for (int16_t type = 3; type < 40; ++type) {
    REQUIRE(shard.load(record_of_type(type, Bytes{0, 0})));
    REQUIRE(shard.load(record_of_type(type, std::nullopt)));
  }
  REQUIRE(shard.load(record_of_type(-1, Bytes{0, 0})));
  shard.loaded();
  REQUIRE(shard.list().empty());
}

TEST_CASE("offsets of a group of another kind do not expire, until the log says that it has gone",
          "[groups]") {
  ShardFixture shard;
  shard.config.offsets_retention_ms = 1'000;
  shard.config.expiry_interval_ms = 2'000;
  shard.load_offset("g", "orders", 0, 5);
  shard.load_offset("other", "orders", 0, 5);
  REQUIRE(shard.load(record_of_type(3, Bytes{0, 0})));
  REQUIRE(shard.load(record_of_type(6, std::nullopt)));
  shard.loaded();
  shard.advance(2'000);
  REQUIRE(shard.list() == "g  Empty classic");
  REQUIRE(shard.load(record_of_type(3, std::nullopt)));
  shard.advance(2'000);
  REQUIRE(shard.list().empty());
}

TEST_CASE("a log with a record that cannot be read is not served", "[groups]") {
  ShardFixture shard;
  REQUIRE(!shard.load({Bytes{}, Bytes{0, 0}}));
  REQUIRE(!shard.load({Bytes{1}, Bytes{0, 0}}));
  REQUIRE(!shard.load(record_of_type(0, std::nullopt)));
  REQUIRE(!shard.load(record_of_type(1, Bytes{0, 0})));
  REQUIRE(!shard.load(record_of_type(2, Bytes{0, 9})));
  REQUIRE(!shard.load({offset_tombstone({"g", "orders", 0}).key, Bytes{0, 5}}));
}

TEST_CASE("a transaction of the log counts at its marker", "[groups]") {
  ShardFixture shard;
  protocol::OffsetCommitValue value;
  value.offset = 5;
  const CoordinatorRecord record = offset_commit_record({"g", "orders", 0}, value);
  CoordinatorRecordView view = view_of(record, Offset{7});
  view.producer_id = 77;
  REQUIRE(shard.shard.load(view, shard.now));
  REQUIRE(shard.offsets_of("g").empty());
  shard.shard.end_transaction(77, true);
  REQUIRE(shard.offsets_of("g") == "orders 0 5");
}

TEST_CASE("members of a loaded group are given up when their session is over", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 1);
  shard.loaded();
  REQUIRE(shard.shard.next_deadline_ms() == 15'000);
  shard.advance(9'999);
  REQUIRE(shard.list() == "g consumer Stable classic");
  shard.advance(1);
  REQUIRE(shard.list() == "g consumer Empty classic");
}

TEST_CASE("a commit keeps its member's session, like a heartbeat", "[groups]") {
  ShardFixture shard;
  shard.load_group("g", 1);
  shard.loaded();
  shard.advance(9'000);
  shard.commit("g", "orders", 5);
  shard.advance(9'999);
  REQUIRE(shard.heartbeat("g", "m0") == ErrorCode::kNone);
}

TEST_CASE("the offsets of a group that has become one of another kind are to be seen and deleted",
          "[groups]") {
  ShardFixture shard;
  shard.load_offset("g", "orders", 0, 5);
  REQUIRE(shard.load(group_metadata_tombstone("g")));
  REQUIRE(shard.load(record_of_type(3, Bytes{0, 0})));
  shard.loaded();
  REQUIRE(shard.list() == "g  Empty classic");
  REQUIRE(shard.remove("g") == "g NONE");
  REQUIRE(shard.offsets_of("g").empty());
}

TEST_CASE("a tick handles so many deadlines, and the next the rest", "[groups]") {
  ShardFixture shard;
  shard.loaded();
  for (int i = 0; i < 150; ++i) shard.join_new("g");
  shard.now.monotonic_ms += 60'000;
  shard.shard.tick(shard.now);
  REQUIRE(shard.shard.next_deadline_ms() <= shard.now.monotonic_ms);
  shard.shard.tick(shard.now);
  REQUIRE(shard.shard.next_deadline_ms() > shard.now.monotonic_ms);
}

}  // namespace klamm::broker::group::testing
