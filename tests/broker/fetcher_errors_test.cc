// What a leader, or the way to it, may answer instead of records.
#include "tests/testing.h"

#include "tests/broker/fetcher_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

TEST_CASE_METHOD(FetchingFromFive, "each error of a partition has its consequence") {
  struct Row {
    ErrorCode code;
    PartitionPhase phase;
    LogLevel level;
  };
  using enum PartitionPhase;
  const auto row = GENERATE(values<Row>({
      {ErrorCode::kOffsetOutOfRange, kAsking, LogLevel::kInfo},
      {ErrorCode::kFencedLeaderEpoch, kFailed, LogLevel::kInfo},
      {ErrorCode::kUnknownLeaderEpoch, kWaiting, LogLevel::kDebug},
      {ErrorCode::kNotLeaderOrFollower, kWaiting, LogLevel::kDebug},
      {ErrorCode::kUnknownTopicOrPartition, kWaiting, LogLevel::kDebug},
      {ErrorCode::kUnknownTopicId, kWaiting, LogLevel::kDebug},
      {ErrorCode::kInconsistentTopicId, kWaiting, LogLevel::kDebug},
      {ErrorCode::kOffsetMovedToTieredStorage, kWaiting, LogLevel::kError},
      {ErrorCode::kKafkaStorageError, kWaiting, LogLevel::kError},
      {ErrorCode::kCorruptMessage, kWaiting, LogLevel::kError},
      {ErrorCode{30'000}, kWaiting, LogLevel::kError},
  }));
  fetcher.on_answer(18, FetchAnswer().error(0, row.code).bytes(18), now);
  const auto output = fetcher.take_output(now);
  REQUIRE(phase() == row.phase);
  REQUIRE(output.work.empty());
  REQUIRE(output.lines.size() == 1);
  REQUIRE(output.lines[0].level == row.level);
}

TEST_CASE_METHOD(Fetching, "a partition in error waits alone, and is asked for again when that is over") {
  follow(0, 2, log_to(5, 1));
  follow(1, 2, log_to(5, 1));
  go();
  REQUIRE(answer(FetchAnswer().error(0, ErrorCode::kNotLeaderOrFollower).news(1, 5)) ==
          "fetch 7:1 wait 500 [] forget [t-0]");
  pass(900);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 100 []");
  pass(100);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(Fetching, "a wait that is nearly over does not make a leader answer all the time") {
  follow(0, 2, log_to(5, 1));
  follow(1, 2, log_to(5, 1));
  go();
  answer(FetchAnswer().error(0, ErrorCode::kNotLeaderOrFollower).news(1, 5));
  pass(999);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 20 []");
}

TEST_CASE_METHOD(FetchingFromFive, "with nobody to ask for, nothing is sent until somebody's wait is over") {
  REQUIRE(answer(FetchAnswer().error(0, ErrorCode::kNotLeaderOrFollower)).empty());
  REQUIRE(fetcher.next_deadline_ms() == now + 1000);
  REQUIRE(pass(1000) == "fetch 7:2 wait 500 []");
}

TEST_CASE_METHOD(FetchingFromFive, "a leader that has yet to hear that it leads is asked again soon") {
  for (const int64_t wait_ms : {50, 100, 200, 400, 800, 1000, 1000}) {
    REQUIRE(answer(FetchAnswer().error(0, ErrorCode::kUnknownLeaderEpoch)).empty());
    REQUIRE(fetcher.next_deadline_ms() == now + wait_ms);
    pass(wait_ms);
  }
}

TEST_CASE_METHOD(FetchingFromFive, "a new epoch ends the wait") {
  answer(FetchAnswer().error(0, ErrorCode::kUnknownLeaderEpoch));
  follow(0, 3, log_to(5, 1));
  REQUIRE(go() == "fetch 7:2 wait 500 [t-0 @5 3/1]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 []");
}

TEST_CASE_METHOD(FetchingFromFive,
                 "a partition whose leader is ahead is not asked for until its epoch is another") {
  answer(FetchAnswer().error(0, ErrorCode::kFencedLeaderEpoch));
  REQUIRE(pass(100'000).empty());
  REQUIRE(fetcher.next_deadline_ms() == INT64_MAX);
  follow(0, 2, log_to(5, 1));
  REQUIRE(go().empty());
  follow(0, 3, log_to(5, 1));
  REQUIRE(phase() == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(FetchingFromFive, "one that failed and is not followed any more does not count as failed") {
  answer(FetchAnswer().error(0, ErrorCode::kFencedLeaderEpoch));
  REQUIRE(fetcher.failed() == 1);
  fetcher.move_log_start(key(0), Offset{2});
  fetcher.unfollow(key(0));
  REQUIRE(fetcher.failed() == 0);
}

// ---- records that are not right ----

TEST_CASE_METHOD(FetchingFromFive, "corrupt records are not appended, and are fetched again later") {
  Bytes damaged = batch(5, 3, 2);
  damaged.back() ^= 1;
  REQUIRE(answer(FetchAnswer().records(0, damaged, 8)).empty());
  REQUIRE(said() == "t-0: fetched from offset 5: the batch at byte 0 of the records has a wrong checksum");
  REQUIRE(pass(1000) == "fetch 7:2 wait 0 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "records in the wrong order make the partition fail, as in Kafka") {
  const Bytes first = batch(5, 3, 2);
  answer(FetchAnswer().records(0, joined(first, batch(6, 1, 2)), 8));
  REQUIRE(phase() == PartitionPhase::kFailed);
  REQUIRE(said() ==
          "t-0: fetched from offset 5: the batch at byte " + std::to_string(first.size()) +
              " of the records begins at offset 6, and the log ends at 8; it is not fetched in this "
              "epoch any more");
}

TEST_CASE_METHOD(FetchingFromFive, "records of a later epoch than the leader's are left out (KAFKA-18723)") {
  REQUIRE(answer(FetchAnswer().records(0, joined(batch(5, 1, 2), batch(6, 1, 3)), 7)) ==
          "t-0 append 5..6 hw 6");
  REQUIRE(said() == "t-0: records of a later epoch than 2 were left out behind offset 6");
}

TEST_CASE_METHOD(FetchingFromFive, "records that are all of a later epoch, or not whole, are waited for") {
  SECTION("of a later epoch") { REQUIRE(answer(FetchAnswer().records(0, batch(5, 1, 3), 7)).empty()); }
  SECTION("not whole") {
    Bytes cut = batch(5, 1, 2);
    cut.pop_back();
    REQUIRE(answer(FetchAnswer().records(0, cut, 7)).empty());
  }
  REQUIRE(phase() == PartitionPhase::kWaiting);
  REQUIRE(logs[key(0)].high_watermark == Offset{5});
}

// ---- the whole answer ----

TEST_CASE_METHOD(FetchingFromFive,
                 "after a request that failed all is asked for anew, when the wait is over") {
  REQUIRE(fail().empty());
  REQUIRE(said() == "fetching from node 2: no connection; 1 partitions are fetched again in 1000 ms");
  REQUIRE(fetcher.next_deadline_ms() == now + 1000);
  REQUIRE(pass(999).empty());
  REQUIRE(pass(1) == "fetch 7:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "an answer that cannot be read is a request that failed") {
  SECTION("for its bytes end early") { fetcher.on_answer(18, {}, now); }
  SECTION("for its version is none") { fetcher.on_answer(19, FetchAnswer().bytes(18), now); }
  REQUIRE(go().empty());
  REQUIRE(pass(1000) == "fetch 7:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "a session that was lost is opened again at once") {
  REQUIRE(answer(FetchAnswer(0).top(ErrorCode::kFetchSessionIdNotFound)) ==
          "fetch 0:0 wait 500 [t-0 @5 2/1]");
  REQUIRE(answer(FetchAnswer(8).news(0, 5)) == "fetch 8:1 wait 500 []");
  REQUIRE(answer(FetchAnswer(0).top(ErrorCode::kInvalidFetchSessionEpoch)) ==
          "fetch 8:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "a session that is lost twice in a row is opened after a wait") {
  answer(FetchAnswer(0).top(ErrorCode::kFetchSessionIdNotFound));
  REQUIRE(answer(FetchAnswer(0).top(ErrorCode::kFetchSessionIdNotFound)).empty());
  REQUIRE(pass(1000) == "fetch 0:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "every other error of the whole answer lets all wait") {
  const auto code = GENERATE(ErrorCode::kFetchSessionTopicIdError, ErrorCode::kInconsistentTopicId,
                             ErrorCode::kClusterAuthorizationFailed, ErrorCode::kUnknownServerError);
  REQUIRE(answer(FetchAnswer(0).top(code)).empty());
  REQUIRE(phase() == PartitionPhase::kFetching);
  REQUIRE(pass(1000) == "fetch 7:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "an answer that names a stranger is not taken over, not even in part") {
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 1, 2), 6).news(9, 1)) ==
          "fetch 7:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "a leader that asks for time gets it") {
  REQUIRE(answer(FetchAnswer().throttle(300).records(0, batch(5, 1, 2), 6)) == "t-0 append 5..6 hw 6");
  REQUIRE(done(0).empty());
  REQUIRE(fetcher.next_deadline_ms() == now + 300);
  REQUIRE(pass(300) == "fetch 7:2 wait 500 [t-0 @6 2/2]");
}
