// Where a follower's log parts from its leader's, and where it does not reach it.
#include "tests/testing.h"

#include "tests/broker/fetcher_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

storage::EpochEnd ends(int32_t epoch, int64_t end) { return {{epoch}, {end}}; }

constexpr storage::EpochEnd kUnknown{};

// Follows in epoch 6 with records of epoch 1 up to 3, of 3 up to 6 and of 5 up to 10; 8 are committed.
class Diverged : public Fetching {
 public:
  Diverged() {
    auto& known = epochs[key(0)];
    known.assign(Epoch{1}, Offset{0});
    known.assign(Epoch{3}, Offset{3});
    known.assign(Epoch{5}, Offset{6});
    follow(0, 6, {.start = {0}, .end = {10}, .high_watermark = {8}, .last_epoch = {5}});
    go();
  }
};

// t-0, which ends at 5, was told that this is out of range.
class OutOfRange : public FetchingFromFive {
 public:
  OutOfRange() { asked = answer(FetchAnswer().error(0, ErrorCode::kOffsetOutOfRange)); }
  std::string asked;
};

}  // namespace

TEST_CASE("a log is cut where Kafka would cut it") {
  struct Row {
    storage::EpochEnd leader, own;
    int64_t target;
  };
  const auto row = GENERATE(values<Row>({
      {ends(5, 8), ends(5, 10), 8},    // the leader has less of the last epoch
      {ends(5, 12), ends(5, 10), 10},  // it has more, and nothing is cut
      {ends(4, 7), ends(3, 6), 6},     // an epoch that we never saw: what is above the one before it goes
      {ends(3, 5), ends(3, 6), 5},     // we have more of an older epoch
      {ends(3, 9), ends(3, 6), 6},     // the leader has more of it, and we another epoch behind it
      {ends(2, 4), kUnknown, 4},       // nothing is known of our epochs
      {ends(2, 12), kUnknown, 10},
      {ends(2, -1), ends(1, 3), 10},  // the leader does not say where it ends
      {ends(0, 0), ends(0, 0), 0},
  }));
  REQUIRE(truncation_target(row.leader, row.own, Offset{10}) == Offset{row.target});
}

TEST_CASE_METHOD(Diverged,
                 "a log that diverges is cut, and asked for from there in the epoch that it ends with") {
  REQUIRE(answer(FetchAnswer().diverging(0, 5, 8)) == "t-0 truncate to 8");
  REQUIRE(said() ==
          "t-0: truncating from 10 to 8: the leader's epoch 5 ends at 8, and the log has records of epoch 5");
  done(0);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 [t-0 @8 6/5]");
}

TEST_CASE_METHOD(Diverged, "epochs that the follower never saw are found one step at a time (KIP-279)") {
  REQUIRE(answer(FetchAnswer().diverging(0, 4, 7)) == "t-0 truncate to 6");
  done(0);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 [t-0 @6 6/3]");
  REQUIRE(answer(FetchAnswer().diverging(0, 2, 5)) == "t-0 truncate to 3");
}

TEST_CASE_METHOD(Diverged, "nothing else of an answer that diverges is taken over (KAFKA-14704)") {
  REQUIRE(answer(FetchAnswer().diverging(0, 5, 9, 10)) == "t-0 truncate to 9");
  done(0);
  REQUIRE(logs[key(0)].high_watermark == Offset{8});
}

TEST_CASE_METHOD(Diverged, "the high watermark that came with a divergence is asked for again") {
  answer(FetchAnswer().diverging(0, 5, 9, 9));
  REQUIRE(done(0) == "fetch 7:1 wait 0 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 [t-0 @9 6/5]");
  REQUIRE(answer(FetchAnswer().news(0, 9)) == "t-0 hw 9");
}

TEST_CASE_METHOD(Diverged, "the log says so when it is cut below what was committed") {
  answer(FetchAnswer().diverging(0, 3, 5));
  REQUIRE(said().starts_with("t-0: truncating from 10 to 5, below the high watermark 8: "));
}

TEST_CASE_METHOD(Diverged,
                 "epochs without records are cut, too, and the leader is asked at once (KAFKA-10706)") {
  epochs[key(0)].assign(Epoch{6}, Offset{10});  // it led, and wrote nothing
  follow(0, 7, {.start = {0}, .end = {10}, .high_watermark = {8}, .last_epoch = {6}});
  answer(FetchAnswer().news(0, 8));
  answer(FetchAnswer());
  REQUIRE(answer(FetchAnswer().diverging(0, 5, 10)) == "t-0 truncate to 10");
  done(0);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:4 wait 500 [t-0 @10 7/5]");
}

TEST_CASE_METHOD(Diverged, "a divergence that leaves the log as it is does not come again at once") {
  answer(FetchAnswer().diverging(0, 5, 10));
  REQUIRE(done(0).empty());
  REQUIRE(phase() == PartitionPhase::kWaiting);
  REQUIRE(said() == "t-0: the log ends at 10 as before, and the leader cannot go on from there");
  REQUIRE(fetcher.next_deadline_ms() == now + 1000);
}

// What was wrong: it waited for replica.fetch.backoff.ms, and producers with it.
TEST_CASE_METHOD(Diverged, "a cut that came too late for its epoch does not keep the next one waiting") {
  answer(FetchAnswer().diverging(0, 5, 8));
  follow(0, 7, logs[key(0)]);
  report(0, LogOutcome::kOver);
  REQUIRE(phase() == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(Fetching, "a log without epochs is cut to the high watermark before it is fetched for") {
  follow(0, 2, {.start = {0}, .end = {9}, .high_watermark = {4}});
  REQUIRE(go() == "t-0 truncate to 4");
  REQUIRE(done(0) == "fetch 0:0 wait 500 [t-0 @4 2/-1]");
}

TEST_CASE_METHOD(Fetching, "a log without epochs that has nothing uncommitted is fetched for as it is") {
  follow(0, 2, {.start = {4}, .end = {4}, .high_watermark = {4}});
  REQUIRE(go() == "fetch 0:0 wait 500 [t-0 @4 2/-1 start 4]");
}

// ---- out of range ----

TEST_CASE_METHOD(OutOfRange, "out of range, the leader's end is asked for, before anything is fetched") {
  REQUIRE(asked == "offsets [t-0 latest in 2]");
  REQUIRE(std::get<protocol::ListOffsetsRequest>(sent->message).replica_id == 1);
  REQUIRE(sent->version_min == 4);
  REQUIRE(sent->version_max == 11);
  REQUIRE(fetcher.next_deadline_ms() == INT64_MAX);
}

TEST_CASE_METHOD(OutOfRange, "a log that is longer than the leader's is cut to its end") {
  REQUIRE(offset(3) == "t-0 truncate to 3");
  REQUIRE(said() == "t-0: truncating from 5 to 3, below the high watermark 5: the leader's log ends at 3");
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @3 2/1]");
}

TEST_CASE_METHOD(OutOfRange, "a log that ends before the leader's starts is begun anew there") {
  REQUIRE(offset(20) == "offsets [t-0 earliest in 2]");
  REQUIRE(offset(12) == "t-0 restart at 12");
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @12 2/-1 start 12]");
  REQUIRE(logs[key(0)].high_watermark == Offset{12});  // KAFKA-9491
}

TEST_CASE_METHOD(OutOfRange, "a log that ends where the leader's starts is not touched") {
  offset(5);
  REQUIRE(offset(5).empty());
  REQUIRE(phase() == PartitionPhase::kWaiting);
}

TEST_CASE_METHOD(OutOfRange, "a log between the leader's ends is not touched, and asked for again later") {
  offset(20);
  REQUIRE(offset(0).empty());
  REQUIRE(said() == "t-0: offset 5 lies between the leader's, who says that it is out of range");
  REQUIRE(pass(999).empty());
  REQUIRE(pass(1) == "fetch 7:2 wait 500 []");
}

TEST_CASE_METHOD(OutOfRange, "an error in place of an offset lets the partition wait") {
  const auto code = GENERATE(ErrorCode::kUnknownLeaderEpoch, ErrorCode::kNotLeaderOrFollower,
                             ErrorCode::kUnknownTopicOrPartition, ErrorCode::kUnknownServerError);
  REQUIRE(offset(3, code).empty());
  REQUIRE(phase() == PartitionPhase::kWaiting);
}

TEST_CASE_METHOD(OutOfRange, "a leader in a later epoch is asked no more") {
  offset(3, ErrorCode::kFencedLeaderEpoch);
  REQUIRE(phase() == PartitionPhase::kFailed);
}

TEST_CASE_METHOD(OutOfRange, "an offset that the leader does not know cuts nothing") {
  REQUIRE(offset(-1).empty());
  REQUIRE(phase() == PartitionPhase::kWaiting);
}

TEST_CASE_METHOD(OutOfRange, "an offset that is left out of the answer lets the partition wait") {
  fetcher.on_answer(11, {nullptr, as_bytes(std::string_view("\0\0\0\0\1\0", 6))}, now);
  REQUIRE(go().empty());
  REQUIRE(phase() == PartitionPhase::kWaiting);
}

TEST_CASE_METHOD(OutOfRange, "offsets that cannot be had let the partition wait, and the leader") {
  SECTION("for there is no connection") { REQUIRE(fail().empty()); }
  SECTION("for the answer cannot be read") {
    fetcher.on_answer(11, {}, now);
    REQUIRE(go().empty());
  }
  REQUIRE(phase() == PartitionPhase::kWaiting);
  REQUIRE(pass(1000) == "fetch 7:2 wait 500 []");
}

TEST_CASE_METHOD(OutOfRange, "an offset of the epoch before cuts nothing") {
  follow(0, 3, log_to(5, 1));
  REQUIRE(offset(3) == "fetch 7:2 wait 500 [t-0 @5 3/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "of two topics that had the same name one is asked for at a time") {
  follow(0, 2, log_to(5, 1), 2, true);
  answer(FetchAnswer());
  REQUIRE(
      answer(
          FetchAnswer().error(0, ErrorCode::kOffsetOutOfRange).error(0, ErrorCode::kOffsetOutOfRange, 2)) ==
      "offsets [t-0 latest in 2]");
  REQUIRE(offset(3) == "t-0 truncate to 3");
  REQUIRE(done(0) == "offsets [t-0 latest in 2]");
  REQUIRE(offset(4) == "u-0 truncate to 4");
}
