#include "tests/testing.h"

#include <sstream>
#include <thread>

#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Told final : DataListener {
  void on_data() override { ++times; }
  int times = 0;
};

}  // namespace

TEST_CASE_METHOD(PartitionFixture, "a leader gives batches their offsets and its epoch") {
  REQUIRE(append(TestBatch().records(3)).base_offset == Offset{0});
  AppendResult second = append(TestBatch().at(77).epoch(9).records(2));
  REQUIRE(second.base_offset == Offset{3});
  REQUIRE(second.end_offset == Offset{5});
  REQUIRE(second.committed);
  REQUIRE(read_batches(0) == "0/1 3/1");
}

TEST_CASE_METHOD(PartitionFixture, "an offset inside of a batch reads the whole batch") {
  append(TestBatch().records(3));
  append(TestBatch().records(3));
  REQUIRE(read_batches(4) == "3/1");
}

TEST_CASE_METHOD(PartitionFixture,
                 "a read ends at its limit but for the first batch when that is asked for") {
  append();
  append();
  auto size = static_cast<uint32_t>(TestBatch().bytes().size());
  REQUIRE(read_batches(0, 1) == "0/1");
  REQUIRE(read_batches(0, 2 * size) == "0/1 1/1");
  REQUIRE(read_batches(0, 2 * size - 1) == "0/1");
  REQUIRE_FALSE(read(0, 0, false).slice);
}

TEST_CASE_METHOD(PartitionFixture, "offsets before the start and behind the end are out of range") {
  append();
  append();
  REQUIRE(partition->delete_records_before({1}).value() == Offset{1});
  REQUIRE(read(0).error == ErrorCode::kOffsetOutOfRange);
  REQUIRE(read(2).error == ErrorCode::kNone);
  REQUIRE(read(3).error == ErrorCode::kOffsetOutOfRange);
}

TEST_CASE_METHOD(PartitionFixture, "a duplicate is answered with its original offset and appends nothing") {
  append();
  AppendResult first = append(TestBatch().producer(7, 0, 0).records(2));
  append(TestBatch().producer(7, 0, 2));
  AppendResult again = append(TestBatch().producer(7, 0, 0).records(2));
  REQUIRE(again.error == ErrorCode::kNone);
  REQUIRE(again.base_offset == first.base_offset);
  REQUIRE(again.end_offset == first.end_offset);
  REQUIRE(partition->state().end.offset == Offset{4});
}

TEST_CASE_METHOD(PartitionFixture, "a gap between sequences is out of order, and a stale epoch is fenced") {
  append(TestBatch().producer(7, 1, 0));
  REQUIRE(append(TestBatch().producer(7, 1, 2)).error == ErrorCode::kOutOfOrderSequenceNumber);
  REQUIRE(append(TestBatch().producer(7, 0, 0)).error == ErrorCode::kInvalidProducerEpoch);
  REQUIRE(partition->state().end.offset == Offset{1});
}

TEST_CASE_METHOD(PartitionFixture, "a duplicate is told the largest timestamp of its original") {
  REQUIRE(append(TestBatch().producer(7, 0, 0).time(500)).log_append_time_ms == -1);
  REQUIRE(append(TestBatch().producer(7, 0, 0).time(500)).log_append_time_ms == 500);
}

TEST_CASE_METHOD(PartitionFixture, "a producer that nobody remembers may begin with any sequence") {
  REQUIRE(append(TestBatch().producer(7, 3, 41)).error == ErrorCode::kNone);
}

TEST_CASE_METHOD(PartitionFixture, "acks=all is refused while too few replicas are in sync, acks=1 is not") {
  require_in_sync(2);
  assign(2, kSelf, {kSelf, kOther}, {kSelf});
  REQUIRE(append({}, true).error == ErrorCode::kNotEnoughReplicas);
  AppendResult one = append({}, false);
  REQUIRE(one.error == ErrorCode::kNone);
  REQUIRE_FALSE(one.committed);
  REQUIRE(read_batches(0).empty());
}

TEST_CASE_METHOD(PartitionFixture, "the minimum of replicas in sync is never above the number of replicas") {
  require_in_sync(3);
  REQUIRE(append({}, true).committed);
}

TEST_CASE_METHOD(PartitionFixture, "the leader epoch of a request is fenced when old, unknown when new") {
  assign(5);
  REQUIRE(partition->check_leader(Epoch{4}) == ErrorCode::kFencedLeaderEpoch);
  REQUIRE(partition->check_leader(Epoch{5}) == ErrorCode::kNone);
  REQUIRE(partition->check_leader(Epoch{6}) == ErrorCode::kUnknownLeaderEpoch);
  assign(6, kOther, {kSelf, kOther});
  REQUIRE(partition->check_leader(Epoch{6}) == ErrorCode::kNotLeaderOrFollower);
}

TEST_CASE_METHOD(PartitionFixture, "an assignment that is older than the one in force changes nothing") {
  assign_to(*partition, kOther, 9, 0, {kOther}, {kOther});
  REQUIRE(partition->check_leader(std::nullopt) == ErrorCode::kNone);
}

TEST_CASE_METHOD(PartitionFixture, "a fetch whose last epoch ended earlier is told where it diverges") {
  append();
  append();
  assign(2);
  append();
  ReadResult result = partition->read({.offset = {3}, .size_max = 100, .last_fetched_epoch = Epoch{1}});
  REQUIRE(result.diverging);
  REQUIRE(result.diverging->epoch == Epoch{1});
  REQUIRE(result.diverging->end == Offset{2});
}

TEST_CASE_METHOD(PartitionFixture, "below the log's start a fetch is out of range, whatever its last epoch") {
  append();
  append();
  assign(3);
  append();
  REQUIRE(partition->delete_records_before({1}).ok());
  const ReadRequest below{.offset = {0}, .size_max = 100, .last_fetched_epoch = Epoch{2}};
  REQUIRE(partition->read(below).error == ErrorCode::kOffsetOutOfRange);
}

TEST_CASE_METHOD(PartitionFixture, "records are deleted up to the high watermark and no further") {
  append(TestBatch().records(4));
  REQUIRE(partition->delete_records_before({5}).error() == ErrorCode::kOffsetOutOfRange);
  REQUIRE(partition->delete_records_before({-2}).error() == ErrorCode::kOffsetOutOfRange);
  REQUIRE(partition->delete_records_before({2}).value() == Offset{2});
  REQUIRE(partition->delete_records_before({1}).value() == Offset{2});
  REQUIRE(partition->delete_records_before(kNoOffset).value() == Offset{4});
}

TEST_CASE_METHOD(PartitionFixture, "a partition that stopped takes nothing and gives nothing") {
  append();
  partition->stop();
  REQUIRE(append().error == ErrorCode::kNotLeaderOrFollower);
  REQUIRE(read(0).error == ErrorCode::kNotLeaderOrFollower);
}

TEST_CASE_METHOD(PartitionFixture, "a listener is told once, when the high watermark moves or has moved") {
  auto listener = std::make_shared<Told>();
  partition->listen({0}, listener);
  REQUIRE(listener->times == 0);
  append();
  append();
  REQUIRE(listener->times == 1);
  partition->listen({0}, listener);
  REQUIRE(listener->times == 2);
}

TEST_CASE_METHOD(PartitionFixture, "a listener hears of what a request has done when that is over") {
  auto listener = std::make_shared<Told>();
  partition->listen({0}, listener);
  {
    Untold untold;
    AppendResult result{.error = ErrorCode::kUnknownServerError};
    partition->append(pending({}, result), &untold);
    REQUIRE(result.committed);
    REQUIRE(listener->times == 0);
  }
  REQUIRE(listener->times == 1);
}

TEST_CASE_METHOD(PartitionFixture, "a listener that is taken away or gone is not told") {
  auto listener = std::make_shared<Told>();
  partition->listen({0}, listener);
  partition->stop_listening(listener.get());
  partition->listen({0}, std::make_shared<Told>());
  append();
  REQUIRE(listener->times == 0);
}

// ---- what was wrong ----

TEST_CASE_METHOD(PartitionFixture, "a read with too little room for its first batch gives none of it") {
  append();
  append();
  auto size = static_cast<uint32_t>(TestBatch().bytes().size());
  for (uint32_t room : {1u, 61u, size - 1}) {
    ReadResult result = read(0, room, false);
    REQUIRE(result.error == ErrorCode::kNone);
    REQUIRE(result.high_watermark == Offset{2});
    REQUIRE_FALSE(result.slice);
  }
  REQUIRE(read(0, size, false).size() == size);
  REQUIRE(read(0, size + 1, false).size() == size + 1);
}

TEST_CASE_METHOD(PartitionFixture, "who waits for a commit is told when this replica loses the leadership") {
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  Offset end = append().end_offset;
  std::vector<ErrorCode> told;
  partition->when_committed(end, partition->state().leader_epoch,
                            [&](ErrorCode code) { told.push_back(code); });
  auto listener = std::make_shared<Told>();
  partition->listen({0}, listener);
  assign(3, kOther, {kSelf, kOther}, {kOther});
  REQUIRE(told == std::vector<ErrorCode>{ErrorCode::kNotLeaderOrFollower});
  REQUIRE(listener->times == 1);
}

TEST_CASE_METHOD(PartitionFixture,
                 "an ISR that shrinks to the leader commits what was waiting for the others") {
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  Offset end = append().end_offset;
  std::vector<ErrorCode> told;
  partition->when_committed(end, partition->state().leader_epoch,
                            [&](ErrorCode code) { told.push_back(code); });
  REQUIRE(told.empty());
  assign(2, kSelf, {kSelf, kOther}, {kSelf});
  REQUIRE(told == std::vector<ErrorCode>{ErrorCode::kNone});
}

TEST_CASE_METHOD(PartitionFixture, "a lower minimum of replicas in sync commits what was waiting for it") {
  require_in_sync(2);
  assign(2, kSelf, {kSelf, kOther}, {kSelf});
  append({}, false);
  require_in_sync(1);
  REQUIRE(read_batches(0) == "0/2");
}

TEST_CASE_METHOD(PartitionFixture, "appends that race with a rising leader epoch are where its table says") {
  constexpr int kTerms = 30;
  std::thread producer([&] {
    AppendResult result;
    for (int i = 0; i < 10 * kTerms; ++i) partition->append(pending({}, result));
  });
  for (int term = 2; term <= kTerms; ++term) assign(term);
  producer.join();
  append();
  const auto view = partition->state().view;
  std::istringstream batches(read_batches(0));
  int64_t offset = 0;
  int32_t epoch = 0;
  char slash = 0;
  while (batches >> offset >> slash >> epoch)
    REQUIRE(view->epochs().epoch_of(Offset{offset}) == Epoch{epoch});
  REQUIRE(offset == 10 * kTerms);
  REQUIRE(epoch == kTerms);
}

TEST_CASE_METHOD(PartitionFixture, "a full disk refuses the append and is not taken for a broken one") {
  append();
  disk.inject({.operation = sim::DiskOperation::kWrite, .times = 1, .code = ENOSPC});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(disk_errors.empty());
  REQUIRE(append().base_offset == Offset{1});
}

TEST_CASE_METHOD(PartitionFixture, "a broken disk is told once and all that comes later is refused") {
  append();
  disk.inject({.operation = sim::DiskOperation::kWrite});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(read(0).error == ErrorCode::kKafkaStorageError);
  REQUIRE(disk_errors.size() == 1);
}

TEST_CASE_METHOD(PartitionFixture, "a duplicate in the same round as its lost original is not acknowledged") {
  AppendResult first, again;
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = ".log", .times = 1, .code = ENOSPC});
  partition->as_writer([&](storage::Log&) -> storage::DiskResult<> {
    partition->append(pending(TestBatch().producer(7, 0, 0), first));
    partition->append(pending(TestBatch().producer(7, 0, 0), again));
    return {};
  });
  REQUIRE(first.error == ErrorCode::kKafkaStorageError);
  REQUIRE(again.error == ErrorCode::kKafkaStorageError);
}

TEST_CASE_METHOD(PartitionFixture, "no work is done on a log whose disk has failed") {
  disk.inject({.operation = sim::DiskOperation::kWrite});
  append();
  bool worked = false;
  partition->as_writer([&](storage::Log&) -> storage::DiskResult<> {
    worked = true;
    return {};
  });
  REQUIRE_FALSE(worked);
  REQUIRE(partition->delete_records_before({0}).error() == ErrorCode::kKafkaStorageError);
}

TEST_CASE_METHOD(PartitionFixture,
                 "with flush.messages nothing is answered or seen before it is on the disk") {
  flush_every(2);
  REQUIRE(append().committed);
  AppendResult second;
  partition->append(pending(TestBatch(), second));
  REQUIRE(second.base_offset == kNoOffset);
  REQUIRE(read_batches(0) == "0/1");
  REQUIRE(flushers.run_one());
  REQUIRE(second.committed);
  REQUIRE(read_batches(0) == "0/1 1/1");
  REQUIRE(end_after_power_cut().value == 2);
}

TEST_CASE_METHOD(PartitionFixture, "what comes while a round is flushed shares the next flush") {
  flush_every(1);
  AppendResult results[3];
  for (AppendResult& result : results) partition->append(pending(TestBatch(), result));
  REQUIRE(flushers.tasks.size() == 1);
  REQUIRE(flushers.run_one());
  REQUIRE(results[0].committed);
  REQUIRE_FALSE(results[1].committed);
  REQUIRE(flushers.run_one());
  REQUIRE(results[1].committed);
  REQUIRE(results[2].committed);
  REQUIRE(flushers.tasks.empty());
}

TEST_CASE_METHOD(PartitionFixture, "what could not be flushed is not acknowledged") {
  flush_every(1);
  AppendResult result;
  partition->append(pending(TestBatch(), result));
  fail_syncs();
  REQUIRE(flushers.run_one());
  REQUIRE(result.error == ErrorCode::kKafkaStorageError);
  REQUIRE(disk_errors.size() == 1);
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
}

TEST_CASE_METHOD(PartitionFixture,
                 "a log that fails behind a roll acknowledges nothing that it was to flush") {
  flush_each();
  append();
  AppendResult first, second;
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "2.log"});
  partition->as_writer([&](storage::Log& log) -> storage::DiskResult<> {
    storage::LogConfig config = log.config();
    config.segment_bytes = static_cast<int32_t>(2 * TestBatch().bytes().size());
    log.update_config(config);
    partition->append(pending({}, first));
    partition->append(pending({}, second));
    return {};
  });
  REQUIRE(first.error == ErrorCode::kKafkaStorageError);
  REQUIRE(second.error == ErrorCode::kKafkaStorageError);
  REQUIRE(partition->state().high_watermark.offset == Offset{1});
  REQUIRE(end_after_power_cut() == Offset{1});
}

TEST_CASE_METHOD(PartitionFixture, "what could not be flushed for want of room is not seen until it is") {
  flush_each();
  append();
  append();
  refuse_flushes(1, GENERATE(ENOSPC, EMFILE));
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(disk_errors.empty());
  REQUIRE(partition->state().end.offset == Offset{2});
  REQUIRE(read_batches(0) == "0/1 1/1");
  REQUIRE(end_after_power_cut() == Offset{2});

  REQUIRE(append().base_offset == Offset{3});
  REQUIRE(read_batches(2) == "2/1 3/1");
  REQUIRE(end_after_power_cut() == Offset{4});
}

TEST_CASE_METHOD(PartitionFixture, "maintenance does not show what could not be flushed, but a flush does") {
  flush_each();
  append();
  append();
  refuse_flushes(1);
  append();
  auto listener = std::make_shared<Told>();
  partition->listen({2}, listener);
  assign(2);
  REQUIRE(partition->delete_records_before({3}).error() == ErrorCode::kOffsetOutOfRange);
  REQUIRE(read_batches(2).empty());
  REQUIRE(listener->times == 0);
  partition->as_writer([](storage::Log& log) { return log.flush(); });
  REQUIRE(read_batches(2) == "2/1");
  REQUIRE(listener->times == 1);
}

TEST_CASE_METHOD(PartitionFixture,
                 "a retry of what could not be flushed is acknowledged when it is flushed") {
  flush_each();
  append(TestBatch().producer(7, 0, 0));
  append(TestBatch().producer(7, 0, 1));
  refuse_flushes(2);
  REQUIRE(append(TestBatch().producer(7, 0, 2)).error == ErrorCode::kKafkaStorageError);
  REQUIRE(append(TestBatch().producer(7, 0, 2)).error == ErrorCode::kKafkaStorageError);
  REQUIRE(end_after_power_cut() == Offset{2});
  AppendResult retried = append(TestBatch().producer(7, 0, 2));
  REQUIRE(retried.base_offset == Offset{2});
  REQUIRE(retried.committed);
  REQUIRE(end_after_power_cut() == Offset{3});
  REQUIRE(append(TestBatch().producer(7, 0, 3)).base_offset == Offset{3});
}

TEST_CASE_METHOD(PartitionFixture, "what could not be flushed is made up for when flush.messages is lifted") {
  flush_each();
  append();
  append();
  refuse_flushes(1);
  append();
  flush_every(INT64_MAX);
  REQUIRE(append().committed);
  REQUIRE(end_after_power_cut() == Offset{4});
  REQUIRE(append().committed);
  REQUIRE(end_after_power_cut() == Offset{4});
}

TEST_CASE_METHOD(PartitionFixture,
                 "however often a full disk is tried, it is said once, and once that it is over") {
  append();
  append();
  disk.inject({.operation = sim::DiskOperation::kWrite, .times = 200, .code = GENERATE(ENOSPC, EMFILE)});
  for (int i = 0; i < 200; ++i) append();
  REQUIRE(said.size() == 1);
  clock.now += Shortage::kQuietMs;
  append();
  append();
  REQUIRE(said.size() == 2);
}

TEST_CASE_METHOD(PartitionFixture,
                 "a flush without room does not say that there is room, and a read says that too") {
  flush_each();
  append();
  append();
  refuse_flushes(2);
  append();
  clock.now += Shortage::kQuietMs;
  append();
  REQUIRE(said.size() == 1);
  clock.now += Shortage::kQuietMs;
  append();
  REQUIRE(said.size() == 2);
  partition->as_writer([](storage::Log& log) {
    log.close_idle_files();
    return storage::DiskResult<>();
  });
  disk.inject({.operation = sim::DiskOperation::kOpen, .code = EMFILE});
  for (int i = 0; i < 10; ++i) REQUIRE(read(0).error == ErrorCode::kKafkaStorageError);
  REQUIRE(said.size() == 3);
}
