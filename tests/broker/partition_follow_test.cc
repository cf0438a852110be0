// What a follower does with its log, and what remains of a term when another begins.
#include "tests/testing.h"

#include "tests/broker/partition_fixture.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Follower : PartitionFixture {
  Follower() { assign(2, kOther, {kSelf, kOther}, {kSelf, kOther}); }

  // Three records from `base` on, as the leader has them.
  static LogWork records(int64_t base) {
    auto frame = std::make_shared<Bytes>(storage::TestBatch().at(base).records(3).epoch(2).bytes());
    LogWork work{.leader_epoch = Epoch{2}};
    work.append =
        FetchedRun{.content = {frame, *frame}, .base = Offset{base}, .end = Offset{base + 3}, .batches = 1};
    return work;
  }
  LogReport perform(LogWork work) {
    std::optional<LogReport> ended;
    partition->follow(std::move(work), [&](const LogReport& report) { ended = report; });
    REQUIRE(ended.has_value());
    return *ended;
  }
};

}  // namespace

TEST_CASE_METHOD(Follower, "a follower may begin anew inside of a batch, which it takes whole") {
  perform(records(0));
  LogWork work = records(10);
  work.restart_at = Offset{10};
  work.log_start = Offset{11};
  const LogReport report = perform(std::move(work));
  REQUIRE(report.outcome == LogOutcome::kDone);
  REQUIRE((report.log.start == Offset{11} && report.log.end == Offset{13}));
  LogWork back = records(5);
  back.restart_at = Offset{5};
  REQUIRE(perform(std::move(back)).log.end == Offset{8});
}

TEST_CASE_METHOD(Follower, "whoever follows next is told of a cut that the checkpoints do not say yet") {
  perform(records(0));
  REQUIRE_FALSE(perform({.leader_epoch = Epoch{2}}).has_unwritten_cut);
  perform({.leader_epoch = Epoch{2}, .truncate_to = Offset{0}});
  assign(3, kOther, {kSelf, kOther}, {kOther});
  REQUIRE(perform({.leader_epoch = Epoch{3}}).has_unwritten_cut);
  partition->on_cuts_written(partition->cuts());
  REQUIRE_FALSE(perform({.leader_epoch = Epoch{3}}).has_unwritten_cut);
}

TEST_CASE_METHOD(Follower, "before a follower leads the checkpoints say how its log was cut") {
  perform(records(0));
  perform({.leader_epoch = Epoch{2}, .truncate_to = Offset{0}});
  REQUIRE(checkpoints == 0);
  assign(3);
  REQUIRE(checkpoints == 1);
  REQUIRE(append().error == ErrorCode::kNone);
  assign(4);
  REQUIRE(checkpoints == 1);
}

TEST_CASE_METHOD(Follower, "where a follower's disk has no room its records can be tried again") {
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = ".log", .times = 1, .code = ENOSPC});
  REQUIRE(perform(records(0)).outcome == LogOutcome::kFull);
  const LogReport report = perform(records(0));
  REQUIRE((report.outcome == LogOutcome::kDone && report.log.end == Offset{3}));
}

TEST_CASE_METHOD(Follower, "what a follower could not flush does not count as here") {
  flush_each();
  perform(records(0));
  refuse_flushes(1);
  const LogReport full = perform(records(3));
  REQUIRE((full.outcome == LogOutcome::kFull && full.log.end == Offset{3}));
  const LogReport again = perform(records(3));
  REQUIRE((again.outcome == LogOutcome::kRefused && again.log.end == Offset{6}));
}

TEST_CASE_METHOD(Follower, "work of an epoch that is over is not looked at") {
  assign(3);
  REQUIRE(perform(records(0)).outcome == LogOutcome::kOver);
  REQUIRE(partition->state().end.offset == Offset{0});
}

TEST_CASE_METHOD(PartitionFixture, "what was written in one term is not acknowledged in another") {
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  const AppendResult written = append();
  assign(3, kOther, {kSelf, kOther}, {kOther});
  assign(4);
  std::vector<ErrorCode> told;
  partition->when_committed(written.end_offset, written.leader_epoch,
                            [&](ErrorCode code) { told.push_back(code); });
  REQUIRE(told == std::vector<ErrorCode>{ErrorCode::kNotLeaderOrFollower});
}

TEST_CASE_METHOD(PartitionFixture, "who waits for followers is told when a new term needs none of them") {
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  const AppendResult written = append();
  std::vector<ErrorCode> told;
  partition->when_committed(written.end_offset, written.leader_epoch,
                            [&](ErrorCode code) { told.push_back(code); });
  assign(3);
  REQUIRE(told == std::vector<ErrorCode>{ErrorCode::kNone});
}
