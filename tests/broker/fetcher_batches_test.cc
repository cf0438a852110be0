// What a follower takes of the records of a Fetch response.
#include "tests/testing.h"

#include "broker/replica/fetcher_batches.h"
#include "protocol/record_batch.h"
#include "storage/batch_header.h"
#include "tests/broker/fetcher_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

Result<ExaminedRecords, BadRecords> examined(ByteView bytes, int64_t offset = 5, bool is_empty = false) {
  return examine_records({nullptr, bytes}, Offset{offset}, Epoch{3}, is_empty);
}

// "5..9 in 2", or why not.
std::string taken(ByteView bytes, int64_t offset = 5, bool is_empty = false) {
  auto result = examined(bytes, offset, is_empty);
  if (!result) return result.error().why;
  const FetchedRun& run = result->run;
  return std::to_string(run.base.value) + ".." + std::to_string(run.end.value) + " in " +
         std::to_string(run.batches) + (result->is_ahead ? ", ahead" : "") +
         (result->is_early ? ", early" : "");
}

Bytes with_i32(Bytes batch, size_t at, int32_t value) {
  store_be32(&batch[at], static_cast<uint32_t>(value));
  return batch;
}

// One record of magic 1 and its checksum, which is of another kind.
Bytes old_entry(int64_t offset) {
  Bytes entry(34 + 1);
  store_be64(&entry[0], static_cast<uint64_t>(offset));
  store_be32(&entry[8], 23);
  entry[16] = 1;
  store_be32(&entry[26], 0xffffffff);
  store_be32(&entry[30], 1);
  const auto header = storage::BatchHeader::decode(entry);
  store_be32(&entry[12], header->crc_of(ByteView(entry).subspan(16), 0));
  return entry;
}

}  // namespace

TEST_CASE("a follower takes whole batches where they lie, and their owner") {
  auto frame = std::make_shared<Bytes>(joined(batch(5, 3, 1), batch(8, 1, 3)));
  const size_t whole = frame->size();
  const Bytes next = batch(9, 1, 3);
  frame->insert(frame->end(), next.begin(), next.begin() + 30);
  auto result = examine_records({frame, *frame}, Offset{5}, Epoch{3}, false);
  REQUIRE(result.ok());
  REQUIRE(result->run.content.bytes.data() == frame->data());
  REQUIRE(result->run.content.bytes.size() == whole);
  REQUIRE(result->run.content.owner == frame);
}

TEST_CASE("a batch that is cut off is left out, wherever it is cut") {
  const Bytes first = batch(5, 3, 1), both = joined(first, batch(8, 1, 1));
  for (size_t size = first.size(); size < both.size(); ++size)
    REQUIRE(taken(ByteView(both).first(size)) == "5..8 in 1");
  REQUIRE(taken(ByteView(first).first(first.size() - 1)) == "5..5 in 0");
  REQUIRE(taken({}) == "5..5 in 0");
}

TEST_CASE("a bit that has changed anywhere in the checksum's reach is found") {
  const Bytes good = batch(5, 3, 1);
  for (size_t at = protocol::batch_layout::kCrc; at < good.size(); ++at) {
    Bytes damaged = good;
    damaged[at] ^= 4;
    REQUIRE(examined(damaged).error().what == BadRecords::What::kCorrupt);
  }
}

TEST_CASE("a damaged batch spoils those before it") {
  Bytes damaged = batch(8, 1, 1);
  damaged.back() ^= 1;
  const Bytes first = batch(5, 3, 1);
  REQUIRE(taken(joined(first, damaged)) ==
          "the batch at byte " + std::to_string(first.size()) + " of the records has a wrong checksum");
}

TEST_CASE("what is no batch is corrupt: magic, size, epoch, offsets") {
  const Bytes good = batch(5, 3, 1);
  Bytes unknown = good, negative = good;
  unknown[protocol::batch_layout::kMagic] = 3;
  protocol::patch_base_offset(negative, Offset{-4});
  REQUIRE(taken(unknown) == "the batch at byte 0 of the records is not one");
  REQUIRE(taken(with_i32(good, protocol::batch_layout::kLength, 3)) ==
          "the batch at byte 0 of the records is not one");
  REQUIRE(taken(with_i32(good, protocol::batch_layout::kLeaderEpoch, -1)) ==
          "the batch at byte 0 of the records has no epoch");
  REQUIRE(taken(negative) == "the batch at byte 0 of the records has an impossible header");
}

TEST_CASE("batches of a later epoch than the fetch's, and all behind them, are left out (KAFKA-18723)") {
  const Bytes later = joined(batch(8, 1, 4), batch(9, 1, 3));
  REQUIRE(taken(joined(batch(5, 3, 3), later)) == "5..8 in 1, ahead");
  REQUIRE(taken(later, 8) == "8..8 in 0, ahead");
}

TEST_CASE("a batch must not begin before the one in front of it ends") {
  auto overlapping = examined(joined(batch(5, 3, 1), batch(7, 2, 1)));
  REQUIRE(overlapping.error().what == BadRecords::What::kOutOfOrder);
  auto again = examined(joined(batch(5, 3, 1), batch(5, 3, 1)));
  REQUIRE(again.error().what == BadRecords::What::kOutOfOrder);
}

TEST_CASE("what was appended already is not appended again") {
  REQUIRE(examined(batch(2, 3, 1)).error().what == BadRecords::What::kOutOfOrder);
  REQUIRE(taken(batch(3, 3, 1)).ends_with("begins at offset 3, and the log ends at 5"));
}

TEST_CASE("compaction leaves gaps, in front of the first batch and between batches") {
  REQUIRE(taken(joined(batch(6, 1, 1), batch(20, 2, 1))) == "6..22 in 2");
}

TEST_CASE("an empty log may begin with the batch in whose middle the leader's log starts") {
  REQUIRE(taken(joined(batch(3, 4, 1), batch(7, 1, 1)), 5, true) == "3..8 in 2, early");
  REQUIRE(taken(batch(5, 1, 1), 5, true) == "5..6 in 1");
  REQUIRE(examined(batch(3, 2, 1), 5, true).error().what == BadRecords::What::kOutOfOrder);  // ends before it
}

TEST_CASE("only the first batch may begin early") {
  REQUIRE_FALSE(examined(joined(batch(3, 4, 1), batch(4, 5, 1)), 5, true).ok());
}

TEST_CASE("entries of magic 1 are taken, with their own checksums") {
  const Bytes entries = joined(old_entry(5), old_entry(6));
  REQUIRE(taken(entries) == "5..7 in 2");
  Bytes damaged = entries;
  damaged.back() ^= 1;
  REQUIRE(examined(damaged).error().what == BadRecords::What::kCorrupt);
}
