// The records of a Fetch response, as they come apart into batches.
#include "tests/testing.h"

#include <memory>

#include "broker/fetched_batches.h"
#include "protocol/record_batch.h"
#include "tests/broker/quorum_messages.h"

namespace klamm::broker {
namespace {

using namespace testing;

Result<std::vector<raft::Batch>, Failure> batches_in(ByteView bytes) {
  return fetched_batches({nullptr, bytes});
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST_CASE("Batches come apart with offsets, epochs and bytes") {
  const Bytes first = batch_bytes(7, 2, 3), second = batch_bytes(10, 4, 1);
  auto batches = batches_in(joined(first, second));
  REQUIRE(batches->size() == 2);
  REQUIRE((*batches)[0].base_offset == Offset{7});
  REQUIRE((*batches)[0].record_count == 3);
  REQUIRE((*batches)[0].epoch == Epoch{2});
  REQUIRE((*batches)[1].end() == Offset{11});
  REQUIRE((*batches)[1].epoch == Epoch{4});
}

TEST_CASE("A batch's bytes live as long as it does") {
  auto owner = std::make_shared<Bytes>(batch_bytes(7, 2, 3));
  std::weak_ptr<Bytes> alive = owner;
  auto batches = fetched_batches({owner, *owner});
  owner.reset();
  REQUIRE_FALSE(alive.expired());
  REQUIRE(same_bytes(std::get<raft::Payload>(batches->front().content).bytes, batch_bytes(7, 2, 3)));
}

TEST_CASE("A batch that is cut off at the end is left out") {
  const Bytes first = batch_bytes(7, 2, 3), whole = joined(first, batch_bytes(10, 2, 1));
  for (size_t size = first.size(); size < whole.size(); ++size) {
    auto batches = batches_in(ByteView(whole).first(size));
    REQUIRE(batches.ok());
    REQUIRE(batches->size() == 1);
  }
}

TEST_CASE("Records without one whole batch are no answer") {
  const Bytes batch = batch_bytes(7, 2, 3);
  REQUIRE_FALSE(batches_in(ByteView(batch).first(batch.size() - 1)).ok());
  REQUIRE(batches_in({})->empty());
}

TEST_CASE("Every bit that the checksum covers counts") {
  const Bytes batch = batch_bytes(7, 2, 3);
  for (size_t at = protocol::batch_layout::kCrc; at < batch.size(); ++at) {
    Bytes damaged = batch;
    damaged[at] ^= 1;
    REQUIRE_FALSE(batches_in(damaged).ok());
  }
}

TEST_CASE("A batch with no place in a log is malformed") {
  Bytes before = batch_bytes(-1, 2, 1), beyond = batch_bytes(0, 2, 1), epochless = batch_bytes(0, -1, 1);
  protocol::patch_base_offset(beyond, Offset{INT64_MAX});
  REQUIRE_FALSE(batches_in(before).ok());
  REQUIRE_FALSE(batches_in(beyond).ok());
  REQUIRE_FALSE(batches_in(epochless).ok());
}

TEST_CASE("A batch whose last offset is before its first, or out of range, is malformed") {
  Bytes batch = batch_bytes(0, 2, 1);
  const uint32_t delta = GENERATE(0xffffffffU, 0x80000000U, 0x7fffffffU);
  store_be32(&batch[protocol::batch_layout::kLastOffsetDelta], delta);
  protocol::refresh_crc(batch);
  REQUIRE_FALSE(batches_in(batch).ok());
}

TEST_CASE("What follows a batch and is none spoils it") {
  Bytes damaged = batch_bytes(10, 2, 1);
  store_be32(&damaged[protocol::batch_layout::kLength], 0xffffffff);
  REQUIRE_FALSE(batches_in(joined(batch_bytes(7, 2, 3), damaged)).ok());
}

TEST_CASE("A batch of an older format is malformed") {
  Bytes old = batch_bytes(7, 2, 3);
  old[protocol::batch_layout::kMagic] = 1;
  auto batches = batches_in(old);
  REQUIRE_FALSE(batches.ok());
  REQUIRE(batches.error().message == "the batch at byte 0 of the records is older than magic 2");
}

TEST_CASE("A damaged batch spoils those before it") {
  Bytes damaged = batch_bytes(10, 2, 1);
  damaged.back() ^= 1;
  REQUIRE_FALSE(batches_in(joined(batch_bytes(7, 2, 3), damaged)).ok());
}

}  // namespace
}  // namespace klamm::broker
