// Sequences, duplicates, epochs, transactions and the snapshot file (KIP-98).
#include "storage/producer_state.h"

#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;
using protocol::ErrorCode;

namespace {

struct Producers {
  ProducerState state;

  static std::string said(const ProducerVerdict& verdict) {
    if (std::holds_alternative<FreshBatch>(verdict)) return "fresh";
    if (auto* duplicate = std::get_if<DuplicateBatch>(&verdict))
      return "duplicate of " + std::to_string(duplicate->base_offset.value) + "-" +
             std::to_string(duplicate->last_offset.value);
    return std::string(name_of(std::get<ErrorCode>(verdict)));
  }
  // Judges a batch and, when it is fresh, takes it.
  std::string send(TestBatch batch, AppendOrigin origin = AppendOrigin::kClient) {
    const BatchHeader header = batch.at(state.end().value).header();
    const std::string verdict = said(ProducerCheck(state).check(header, origin));
    if (verdict == "fresh") state.apply(header, std::nullopt, {header.base_offset, Offset{0}, 0});
    return verdict;
  }
  std::string mark(int64_t id, int16_t epoch, bool aborted, int32_t coordinator_epoch = 0, int version = 0) {
    const BatchHeader header =
        TestBatch().at(state.end().value).producer(id, epoch, -1).marker(aborted).header();
    const TxnMarker marker{aborted, coordinator_epoch};
    const std::string verdict = said(ProducerCheck(state).check_marker(header, marker, version));
    if (verdict == "fresh") completed = state.apply(header, marker, {header.base_offset, Offset{0}, 0});
    return verdict;
  }
  std::optional<CompletedTxn> completed;
};

TestBatch from(int64_t id, int16_t epoch, int32_t sequence, int32_t records = 1) {
  return TestBatch().records(records).producer(id, epoch, sequence);
}

}  // namespace

TEST_CASE_METHOD(Producers, "batches without a producer are always fresh") {
  REQUIRE(send(TestBatch()) == "fresh");
  REQUIRE(state.producers().empty());
}

TEST_CASE_METHOD(Producers, "a producer that nobody knows may begin anywhere") {
  REQUIRE(send(from(1, 0, 77)) == "fresh");
  REQUIRE(send(from(1, 0, 78)) == "fresh");
}

TEST_CASE_METHOD(Producers, "sequences follow each other") {
  REQUIRE(send(from(1, 0, 0, 3)) == "fresh");
  REQUIRE(send(from(1, 0, 4)) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
  REQUIRE(send(from(1, 0, 3)) == "fresh");
}

TEST_CASE_METHOD(Producers, "sequences begin again behind 2^31 - 1") {
  REQUIRE(send(from(1, 0, INT32_MAX - 1, 2)) == "fresh");
  REQUIRE(send(from(1, 0, 1)) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
  REQUIRE(send(from(1, 0, 0)) == "fresh");
}

TEST_CASE_METHOD(Producers, "one batch may cross the end of the sequences") {
  REQUIRE(send(from(1, 0, INT32_MAX - 1, 4)) == "fresh");
  REQUIRE(state.find(1)->last_sequence() == 1);
  REQUIRE(send(from(1, 0, INT32_MAX - 1, 4)) == "duplicate of 0-3");
  REQUIRE(send(from(1, 0, 2)) == "fresh");
}

TEST_CASE_METHOD(Producers, "the last five batches are recognised") {
  for (int i = 0; i < 6; ++i) REQUIRE(send(from(1, 0, 2 * i, 2)) == "fresh");
  REQUIRE(send(from(1, 0, 2, 2)) == "duplicate of 2-3");
  REQUIRE(send(from(1, 0, 10, 2)) == "duplicate of 10-11");
  REQUIRE(send(from(1, 0, 0, 2)) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
  REQUIRE(send(from(1, 0, 10, 1)) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
}

TEST_CASE_METHOD(Producers, "a new epoch begins at 0 and fences the old one") {
  REQUIRE(send(from(1, 0, 0)) == "fresh");
  REQUIRE(send(from(1, 1, 1)) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
  REQUIRE(send(from(1, 1, 0)) == "fresh");
  REQUIRE(send(from(1, 0, 1)) == "INVALID_PRODUCER_EPOCH");
  REQUIRE(send(from(1, 0, 0)) == "INVALID_PRODUCER_EPOCH");
}

TEST_CASE_METHOD(Producers, "coordinators are held to epochs but not to sequences, replicas to nothing") {
  REQUIRE(send(from(1, 3, 0)) == "fresh");
  REQUIRE(send(from(1, 3, 9), AppendOrigin::kCoordinator) == "fresh");
  REQUIRE(send(from(1, 2, 0), AppendOrigin::kCoordinator) == "INVALID_PRODUCER_EPOCH");
  REQUIRE(send(from(1, 2, 50), AppendOrigin::kReplication) == "fresh");
}

TEST_CASE_METHOD(Producers, "a batch is judged in the light of those before it in the same append") {
  ProducerCheck check(state);
  REQUIRE(said(check.check(from(1, 0, 0).header(), AppendOrigin::kClient)) == "fresh");
  REQUIRE(said(check.check(from(1, 0, 0).at(5).header(), AppendOrigin::kClient)) == "duplicate of 0-0");
  REQUIRE(said(check.check(from(1, 0, 1).at(1).header(), AppendOrigin::kClient)) == "fresh");
  REQUIRE(state.producers().empty());
}

TEST_CASE_METHOD(Producers, "inside a transaction only transactional batches are taken") {
  REQUIRE(send(from(1, 0, 0).transactional()) == "fresh");
  REQUIRE(send(from(1, 0, 1)) == "INVALID_TXN_STATE");
  REQUIRE(mark(1, 0, false) == "fresh");
  REQUIRE(send(from(1, 0, 1)) == "fresh");
}

TEST_CASE_METHOD(Producers, "an open transaction holds the stable offset until its marker is replicated") {
  send(from(1, 0, 0));
  send(from(2, 0, 0).transactional());
  REQUIRE(state.unstable().begin()->first == Offset{1});
  mark(2, 0, false);
  REQUIRE_FALSE(state.on_high_watermark(Offset{2}));
  REQUIRE(state.unstable().size() == 1);
  REQUIRE(state.on_high_watermark(Offset{3}));
  REQUIRE(state.unstable().empty());
}

TEST_CASE_METHOD(Producers, "a completed transaction knows the stable offset behind it") {
  send(from(1, 0, 0).transactional());
  send(from(2, 0, 0, 2).transactional());
  mark(2, 0, true);
  REQUIRE(completed->first_offset == Offset{1});
  REQUIRE(completed->last_offset == Offset{3});
  REQUIRE(completed->last_stable_offset == Offset{0});
  mark(1, 0, true);
  REQUIRE(completed->last_stable_offset == Offset{5});
}

TEST_CASE_METHOD(Producers, "a marker of an older coordinator or producer epoch is refused") {
  send(from(1, 3, 0).transactional());
  REQUIRE(mark(1, 2, false) == "INVALID_PRODUCER_EPOCH");
  REQUIRE(mark(1, 3, false, 5) == "fresh");
  send(from(1, 3, 1).transactional());
  REQUIRE(mark(1, 3, false, 4) == "TRANSACTION_COORDINATOR_FENCED");
}

TEST_CASE_METHOD(Producers, "with transaction version 2 a marker has an epoch above its records'") {
  send(from(1, 3, 0).transactional());
  REQUIRE(mark(1, 3, false, 0, 2) == "INVALID_PRODUCER_EPOCH");
  REQUIRE(mark(1, 4, false, 0, 2) == "fresh");
  // The coordinator repeats a marker whose answer was lost (KAFKA-19999).
  REQUIRE(mark(1, 4, false, 0, 2) == "fresh");
}

TEST_CASE_METHOD(Producers, "idle producers are forgotten, but not inside a transaction") {
  send(from(1, 0, 0).time(1000));
  send(from(2, 0, 0).time(1000).transactional());
  state.expire(1099, 100);
  REQUIRE(state.producers().size() == 2);
  state.expire(1100, 100);
  REQUIRE_FALSE(state.find(1));
  REQUIRE(state.find(2));
}

TEST_CASE_METHOD(Producers, "a snapshot has Kafka's bytes") {
  send(from(0x0102, 3, 5, 2).time(0x1122).transactional());
  const Bytes bytes = state.to_snapshot();
  const Bytes expected_entry = {0,    0,    0,    0,    0,    0,    1, 2, 0, 3, 0, 0, 0, 6, 0, 0,
                                0,    0,    0,    0,    0,    1,    0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                                0x11, 0x22, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0};
  REQUIRE(bytes.size() == 56);
  REQUIRE(load_be16(bytes.data()) == 1);
  REQUIRE(load_be32(bytes.data() + 6) == 1);
  REQUIRE(Bytes(bytes.begin() + 10, bytes.end()) == expected_entry);
}

TEST_CASE_METHOD(Producers, "a snapshot reads back") {
  send(from(1, 0, 0));
  send(from(2, 7, 3, 2).transactional());
  mark(1, 0, false, 9);
  auto loaded = ProducerState::from_snapshot(state.to_snapshot(), state.end(), 1000, 1 << 30);
  REQUIRE(loaded->producers() == state.producers());
  REQUIRE(loaded->unstable().begin()->first == Offset{1});
  REQUIRE(loaded->end() == state.end());
}

TEST_CASE_METHOD(Producers, "a damaged snapshot is refused wherever it is damaged") {
  send(from(1, 0, 0));
  const Bytes good = state.to_snapshot();
  for (size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x40;
    REQUIRE_FALSE(ProducerState::from_snapshot(bad, Offset{1}, 0, 1));
    REQUIRE_FALSE(ProducerState::from_snapshot(ByteView(good).first(at), Offset{1}, 0, 1));
  }
}

TEST_CASE_METHOD(LogFixture, "producers survive a clean restart without a look at the log") {
  open();
  for (int i = 0; i < 3; ++i) append_ok(from(5, 0, i));
  const Bytes before = log->producers().to_snapshot();
  REQUIRE(log->close().ok());
  disk.flip_bit(path("00000000000000000000.log"), 100, 3);  // inside the records: nobody reads them
  hints.clean_shutdown = true;
  open();
  REQUIRE(log->producers().to_snapshot() == before);
}

TEST_CASE_METHOD(LogFixture, "producers are read from the log where there is no snapshot") {
  open();
  for (int i = 0; i < 7; ++i) append_ok(from(5, 0, i));
  const auto before = log->producers().producers();
  reopen_killed();
  REQUIRE(log->producers().producers() == before);
}

TEST_CASE_METHOD(LogFixture, "a damaged snapshot is removed and the one before it is used") {
  open();
  append_ok(from(5, 0, 0));
  REQUIRE(log->roll(now_ms).ok());
  append_ok(from(5, 0, 1));
  REQUIRE(log->roll(now_ms).ok());
  append_ok(from(5, 0, 2));
  const Bytes before = log->producers().to_snapshot();
  disk.flip_bit(path("00000000000000000002.snapshot"), 20, 1);
  hints.recovery_point = Offset{2};
  reopen_killed();
  REQUIRE(log->producers().to_snapshot() == before);
}

// Found by the fuzzer of log recovery: a power cut lost the new one, and the old one had gone.
TEST_CASE_METHOD(LogFixture, "a snapshot goes when the one that takes its place would survive a power cut") {
  open();
  append_ok(from(5, 0, 0));
  ProducerState state = log->producers();
  log.reset();
  ProducerSnapshots snapshots(disk, std::make_shared<const std::string>(kDirectory));
  for (int64_t end : {6, 8}) {
    state.set_end(Offset{end});
    REQUIRE(snapshots.write(state).ok());
  }
  REQUIRE(snapshots.remove_strays({Offset{0}}).ok());
  SeededRandom random(GENERATE(range(1, 20)));
  disk.crash(random);
  ProducerSnapshots left(disk, std::make_shared<const std::string>(kDirectory));
  if (disk.exists(snapshots.path(Offset{6}))) left.found(Offset{6});
  if (disk.exists(snapshots.path(Offset{8}))) left.found(Offset{8});
  auto found = left.load_newest(Offset{10}, now_ms, INT64_MAX / 2);
  REQUIRE((found.ok() && *found && (*found)->find(5) != nullptr));
}

TEST_CASE_METHOD(LogFixture, "truncation takes producers back to what the log tells") {
  open();
  for (int i = 0; i < 4; ++i) append_ok(from(5, 0, i));
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  REQUIRE(log->producers().find(5)->last_sequence() == 1);
  REQUIRE(log->producers().end() == Offset{2});
}

TEST_CASE_METHOD(LogFixture, "readers see where the first open transaction begins") {
  open();
  append_ok(TestBatch());
  const LogPosition first = log->end();
  append_ok(from(5, 0, 0).transactional());
  append_many(2);
  REQUIRE(log->view()->first_unstable(Offset{4}) == first);
  REQUIRE_FALSE(log->view()->first_unstable(Offset{1}));
  append_ok(from(5, 0, -1).marker(false));
  REQUIRE(log->view()->first_unstable(Offset{4}) == first);
  log->on_high_watermark(Offset{5});
  REQUIRE_FALSE(log->view()->first_unstable(Offset{5}));
}

TEST_CASE_METHOD(LogFixture, "an open transaction is found again after a clean restart") {
  open();
  append_ok(TestBatch());
  const LogPosition first = log->end();
  append_ok(from(5, 0, 0).transactional());
  reopen_clean();
  REQUIRE(log->view()->first_unstable(Offset{2}) == first);
}

TEST_CASE_METHOD(LogFixture, "aborted transactions are listed for the readers they touch") {
  open();
  append_ok(from(5, 0, 0).transactional());
  append_ok(from(5, 0, -1).marker(true));
  REQUIRE(log->roll(now_ms).ok());
  append_ok(from(6, 0, 0).transactional());
  append_ok(from(6, 0, -1).marker(true));
  auto listed = [&](int64_t from, int64_t to) {
    std::vector<int64_t> ids;
    const auto found = log->view()->aborted_transactions(Offset{from}, Offset{to}).value();
    for (const AbortedTxn& txn : found) ids.push_back(txn.producer_id);
    return ids;
  };
  REQUIRE(listed(0, 4) == std::vector<int64_t>{5, 6});
  REQUIRE(listed(0, 2) == std::vector<int64_t>{5});
  REQUIRE(listed(2, 4) == std::vector<int64_t>{6});
}
