// A follower's fetches when all goes well, and when partitions come, go, and are slow.
#include "tests/testing.h"

#include "tests/broker/fetcher_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

constexpr int64_t kNever = INT64_MAX;

protocol::FetchRequest sent_fetch(const Fetching& fetching) {
  return std::get<protocol::FetchRequest>(fetching.sent->message);
}

}  // namespace

TEST_CASE_METHOD(Fetching,
                 "a new partition is asked for where its log ends, with the epoch of its last record") {
  follow(0, 3, {.start = {2}, .end = {5}, .high_watermark = {4}, .last_epoch = {1}});
  follow(1, 2, log_to(0, -1));
  REQUIRE(go() == "fetch 0:0 wait 500 [t-0 @5 3/1 start 2, t-1 @0 2/-1]");
}

TEST_CASE_METHOD(Fetching, "a request says who asks, and how much") {
  follow(0, 2, log_to(5, 1));
  go();
  const auto request = sent_fetch(*this);
  REQUIRE(request.replica_state == protocol::FetchRequest::ReplicaState{1, 40});
  REQUIRE(request.replica_id == -1);
  REQUIRE(request.min_bytes == 1);
  REQUIRE(request.max_bytes == 10 << 20);
  REQUIRE(request.isolation_level == 0);
  REQUIRE(request.topics[0].partitions[0].partition_max_bytes == 1 << 20);
  REQUIRE(request.topics[0].partitions[0].high_watermark == INT64_MAX);  // KIP-1166 is for the quorum alone
}

TEST_CASE_METHOD(Fetching, "before version 15 there is no broker epoch to tell") {
  settings.fetch_version = 14;
  fetcher.configure(settings);
  follow(0, 2, log_to(5, 1));
  go();
  REQUIRE(sent_fetch(*this).replica_id == 1);
  REQUIRE(sent_fetch(*this).replica_state == protocol::FetchRequest::ReplicaState{});
}

TEST_CASE("the metadata version says which versions a follower speaks") {
  const auto [level, fetch, offsets] = GENERATE(table<int16_t, int16_t, int16_t>({{7, 13, 7},
                                                                                  {8, 13, 7},
                                                                                  {9, 14, 8},
                                                                                  {10, 15, 8},
                                                                                  {18, 15, 8},
                                                                                  {19, 16, 8},
                                                                                  {20, 16, 8},
                                                                                  {21, 17, 9},
                                                                                  {24, 17, 9},
                                                                                  {25, 17, 10},
                                                                                  {26, 17, 10},
                                                                                  {27, 18, 10},
                                                                                  {28, 18, 10},
                                                                                  {29, 18, 11},
                                                                                  {30, 18, 11}}));
  FetcherSettings settings;
  settings.set_versions({level});
  REQUIRE(settings.fetch_version == fetch);
  REQUIRE(settings.list_offsets_version == offsets);
}

TEST_CASE_METHOD(Fetching, "every version of a request can be written and read again") {
  settings.fetch_version = GENERATE(range<int16_t>(13, 19));
  fetcher.configure(settings);
  follow(0, 2, log_to(5, 1));
  go();
  Bytes bytes;
  sent->encode(settings.fetch_version, bytes);
  protocol::Reader reader(bytes);
  protocol::FetchRequest read;
  read.read(reader, settings.fetch_version);
  REQUIRE(reader.ok());
  REQUIRE(read == sent_fetch(*this));
}

TEST_CASE_METHOD(FetchingFromFive,
                 "records go to the log as they came, and the next request asks behind them") {
  const Bytes batches = joined(batch(5, 3, 1), batch(8, 2, 2));
  REQUIRE(answer(FetchAnswer().records(0, batches, 5)) == "t-0 append 5..10");
  REQUIRE(same_bytes(working.at(key(0)).append->content.bytes, batches));
  REQUIRE(working.at(key(0)).leader_epoch == Epoch{2});
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @10 2/2]");
}

TEST_CASE_METHOD(FetchingFromFive, "the high watermark is the leader's, or the end of the log") {
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 3, 2), 7)) == "t-0 append 5..8 hw 7");
  done(0);
  REQUIRE(answer(FetchAnswer().records(0, batch(8, 3, 2), 100)) == "t-0 append 8..11 hw 11");
  REQUIRE(fetcher.lag_of(key(0)) == 89);
}

TEST_CASE_METHOD(FetchingFromFive, "a high watermark comes without records, and may be lower than before") {
  const auto moved = answer(FetchAnswer().news(0, 4));
  REQUIRE(moved == "t-0 hw 4");
  REQUIRE(done(0) == "fetch 7:2 wait 500 []");
}

TEST_CASE_METHOD(FetchingFromFive,
                 "the log starts where the leader's does, but not above the high watermark") {
  REQUIRE(answer(FetchAnswer().news(0, 5, 3)) == "t-0 start 3");
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @5 2/1 start 3]");
  REQUIRE(answer(FetchAnswer().news(0, 4, 5)) == "t-0 hw 4 start 4");
}

TEST_CASE_METHOD(FetchingFromFive, "a log that starts later than the leader's stays as it is") {
  fetcher.move_log_start(key(0), Offset{3});
  go();
  REQUIRE(answer(FetchAnswer().news(0, 5, 2)) == "fetch 7:2 wait 500 [t-0 @5 2/1 start 3]");
}

TEST_CASE_METHOD(FetchingFromFive, "without news the next request names nothing") {
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 []");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 []");
  REQUIRE(fetcher.next_deadline_ms() == kNever);
}

TEST_CASE_METHOD(FetchingFromFive,
                 "an answer without records keeps the epoch of the last one (KAFKA-15510)") {
  answer(FetchAnswer().news(0, 4));
  done(0);
  fail();
  REQUIRE(pass(1000) == "fetch 7:0 wait 500 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "records that are null are no records (KAFKA-18646)") {
  REQUIRE(answer(FetchAnswer().null_records(0, 4)) == "t-0 hw 4");
}

TEST_CASE_METHOD(FetchingFromFive, "a high watermark that the leader does not say changes nothing") {
  REQUIRE(answer(FetchAnswer().news(0, -1)) == "fetch 7:2 wait 500 []");
  REQUIRE(fetcher.lag_of(key(0)) == 0);
}

TEST_CASE_METHOD(FetchingFromFive, "a log that starts inside of the leader's batch begins with all of it") {
  follow(1, 2, {.start = {5}, .end = {5}, .high_watermark = {5}});
  answer(FetchAnswer());
  REQUIRE(answer(FetchAnswer().records(1, batch(3, 4, 2), 7, 5)) == "t-1 restart at 3");
  REQUIRE(done(1) == "t-1 append 3..7 hw 7 start 5");
  REQUIRE(done(1) == "fetch 7:3 wait 500 [t-1 @7 2/2 start 5]");
}

TEST_CASE_METHOD(FetchingFromFive, "what a log was to begin with is not written in a later epoch") {
  follow(1, 2, {.start = {5}, .end = {5}, .high_watermark = {5}});
  answer(FetchAnswer());
  REQUIRE(answer(FetchAnswer().records(1, batch(3, 4, 2), 7, 5)) == "t-1 restart at 3");
  follow(1, 3, {.start = {5}, .end = {5}, .high_watermark = {5}});
  REQUIRE(done(1) == "fetch 7:3 wait 0 [] forget [t-1]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:4 wait 500 [t-1 @3 3/-1 start 3]");
}

// ---- logs take their time ----

TEST_CASE_METHOD(Fetching, "a request waits a little for the logs that the last answer is being written to") {
  follow(0, 2, log_to(5, 1));
  follow(1, 2, log_to(5, 1));
  go();
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 1, 2), 5).records(1, batch(5, 2, 2), 5)) ==
          "t-0 append 5..6 | t-1 append 5..7");
  REQUIRE(done(1).empty());
  REQUIRE(fetcher.next_deadline_ms() == now + ReplicaFetcher::kLogPatienceMs);
  REQUIRE(done(0) == "fetch 7:1 wait 500 [t-0 @6 2/2, t-1 @7 2/2]");
}

TEST_CASE_METHOD(Fetching,
                 "a log that is slow is left out, and the leader is not waited for until it is done") {
  follow(0, 2, log_to(5, 1));
  follow(1, 2, log_to(5, 1));
  go();
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5).records(1, batch(5, 2, 2), 5));
  done(1);
  REQUIRE(pass(ReplicaFetcher::kLogPatienceMs - 1).empty());
  REQUIRE(pass(1) == "fetch 7:1 wait 20 [t-1 @7 2/2] forget [t-0]");
  REQUIRE(done(0).empty());
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 [t-0 @6 2/2]");
}

TEST_CASE_METHOD(Fetching, "a log that is slow does not keep the others waiting more than once") {
  follow(0, 2, log_to(5, 1));
  follow(1, 2, log_to(5, 1));
  go();
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5).news(1, 5));
  REQUIRE(pass(20) == "fetch 7:1 wait 20 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 20 []");
}

TEST_CASE_METHOD(FetchingFromFive, "nobody is asked for nothing while the only log is slow") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  REQUIRE(pass(100).empty());
  REQUIRE(fetcher.next_deadline_ms() == kNever);
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @6 2/2]");
}

TEST_CASE_METHOD(FetchingFromFive,
                 "a log that has failed is not fetched for any more, until the epoch is another") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  REQUIRE(report(0, LogOutcome::kFailed).empty());
  REQUIRE(fetcher.failed() == 1);
  REQUIRE(said() == "t-0: its log has failed; it is not fetched in this epoch any more");
  follow(0, 3, log_to(5, 1));
  REQUIRE(fetcher.failed() == 0);
  REQUIRE(phase() == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(FetchingFromFive, "a log that refuses what continues it is given up") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  report(0, LogOutcome::kRefused);
  REQUIRE(phase() == PartitionPhase::kFailed);
}

TEST_CASE_METHOD(FetchingFromFive,
                 "a log that does not end where it should is asked for from its end, later") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  logs[key(0)].end = {4};
  REQUIRE(report(0, LogOutcome::kRefused).empty());
  REQUIRE(said() == "t-0: its log ends at 4 and not at 5");
  REQUIRE(pass(1000) == "fetch 7:2 wait 0 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 [t-0 @4 2/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "a report of work that nobody waits for any more is not listened to") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  const LogReport late{key(0), working.at(key(0)).ticket, LogOutcome::kDone, log_to(6, 2)};
  fetcher.unfollow(key(0));
  follow(0, 2, log_to(3, 1));
  fetcher.on_report(late, now);
  REQUIRE(go() == "fetch 7:2 wait 0 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer(0)) == "fetch 0:0 wait 500 [t-0 @3 2/1]");
}

// ---- the metadata changes ----

TEST_CASE_METHOD(FetchingFromFive, "the same epoch once more changes nothing (KAFKA-13790)") {
  follow(0, 2, log_to(9, 2));
  follow(0, 1, log_to(9, 2));
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 []");
}

TEST_CASE_METHOD(FetchingFromFive, "an answer of the epoch before does nothing to the log (KAFKA-18991)") {
  follow(0, 3, log_to(5, 1));
  FetchAnswer stale;
  SECTION("records") { stale.records(0, batch(5, 1, 2), 6); }
  SECTION("divergence") { stale.diverging(0, 0, 2); }
  SECTION("an error") { stale.error(0, ErrorCode::kFencedLeaderEpoch); }
  SECTION("out of range") { stale.error(0, ErrorCode::kOffsetOutOfRange); }
  REQUIRE(answer(stale) == "fetch 7:2 wait 0 [] forget [t-0]");
  REQUIRE(phase() == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(FetchingFromFive, "what an answer said that did not count is asked for again") {
  follow(0, 3, log_to(5, 1));
  answer(FetchAnswer().news(0, 4));
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 [t-0 @5 3/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "an epoch that changes while the log is written to counts from then on") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 5));
  follow(0, 3, log_to(5, 1));
  REQUIRE(go().empty());
  REQUIRE(done(0) == "fetch 7:2 wait 500 [t-0 @6 3/2]");
}

TEST_CASE_METHOD(FetchingFromFive, "work that comes too late for its epoch is no failure") {
  answer(FetchAnswer().records(0, batch(5, 1, 2), 6));
  follow(0, 3, log_to(5, 1));
  REQUIRE(report(0, LogOutcome::kRefused) == "fetch 7:2 wait 0 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer()) == "fetch 7:3 wait 500 [t-0 @5 3/1]");
}

TEST_CASE_METHOD(FetchingFromFive, "what is not followed any more is forgotten, and its answers with it") {
  follow(1, 2, log_to(1, 1));
  answer(FetchAnswer());
  fetcher.unfollow(key(0));
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 1, 2), 5).news(1, 1)) ==
          "fetch 7:3 wait 500 [] forget [t-0]");
  REQUIRE(fetcher.partitions() == 1);
}

TEST_CASE_METHOD(FetchingFromFive, "work that nobody has taken yet goes with its partition") {
  fetcher.on_answer(18, FetchAnswer().records(0, batch(5, 1, 2), 5).bytes(18), now);
  fetcher.unfollow(key(0));
  follow(0, 3, log_to(5, 1));
  REQUIRE(go() == "fetch 7:2 wait 0 [] forget [t-0]");
}

TEST_CASE_METHOD(FetchingFromFive, "a leader of whom nothing is followed any more hears so, and no more") {
  fetcher.unfollow(key(0));
  REQUIRE(answer(FetchAnswer()) == "fetch 7:2 wait 500 [] forget [t-0]");
  REQUIRE(answer(FetchAnswer(0)).empty());
  REQUIRE(fetcher.next_deadline_ms() == kNever);
}

TEST_CASE_METHOD(FetchingFromFive, "a topic that was created again is another one") {
  fetcher.unfollow(key(0));
  follow(0, 0, log_to(0, -1), 2, true);
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 1, 2), 5)) ==
          "fetch 7:2 wait 500 [u-0 @0 0/-1] forget [t-0]");
}

TEST_CASE_METHOD(FetchingFromFive,
                 "a broker that has registered again says its new epoch, and all it asks for") {
  settings.broker_epoch = 41;
  fetcher.configure(settings);
  REQUIRE(answer(FetchAnswer()) == "fetch 7:0 wait 500 [t-0 @5 2/1]");
  REQUIRE(sent_fetch(*this).replica_state.replica_epoch == 41);
}

// ---- many partitions ----

TEST_CASE_METHOD(Fetching,
                 "an idle follower of ten thousand partitions asks with a few bytes, and hears of one") {
  FetchAnswer all;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    follow(partition, 2, log_to(5, 1));
    all.news(partition, 5);
  }
  go();
  REQUIRE(answer(all) == "fetch 7:1 wait 500 []");
  Bytes bytes;
  sent->encode(18, bytes);
  REQUIRE(bytes.size() < 64);
  REQUIRE(answer(FetchAnswer().records(4711, batch(5, 1, 2), 6)) == "t-4711 append 5..6 hw 6");
  REQUIRE(done(4711) == "fetch 7:2 wait 500 [t-4711 @6 2/2]");
}
