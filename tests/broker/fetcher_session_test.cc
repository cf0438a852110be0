// The asking side of a fetch session.
#include "tests/testing.h"

#include "broker/replica/fetcher_session.h"
#include "tests/broker/fetcher_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

FetchAsk at(int64_t offset, int32_t epoch = 2) { return {{offset}, {0}, {epoch}, {1}}; }

struct Session : FetcherSession {
  bool has_more = false;

  void want_at(int32_t partition, int64_t offset) { want(key(partition), at(offset)); }
  std::string ask() {
    protocol::FetchRequest message;
    has_more = fill(message, 1000);
    return describe(FetcherRequest{.message = std::move(message)});
  }
  Verdict answer(const FetchAnswer& answer) { return on_answer(answer.message()); }
};

// Partitions 0 and 1 stand in session 7.
struct OpenSession : Session {
  OpenSession() {
    want_at(0, 5);
    want_at(1, 8);
    ask();
    answer(FetchAnswer().news(0, 0).news(1, 0));
  }
};

}  // namespace

TEST_CASE_METHOD(Session, "the first request opens a session and names every partition") {
  want_at(1, 8);
  want_at(0, 5);
  want(key(0, 2), at(3));
  REQUIRE(ask() == "fetch 0:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1, u-0 @3 2/1]");
}

TEST_CASE_METHOD(OpenSession, "a request in a session names what has changed") {
  want_at(1, 9);
  REQUIRE(ask() == "fetch 7:1 wait 0 [t-1 @9 2/1]");
  answer(FetchAnswer());
  REQUIRE(ask() == "fetch 7:2 wait 0 []");
}

TEST_CASE_METHOD(OpenSession, "what changes and changes back is not named") {
  want_at(1, 9);
  drop(key(1));
  want_at(1, 8);
  REQUIRE(ask() == "fetch 7:1 wait 0 []");
}

TEST_CASE_METHOD(OpenSession, "a new start of the log is told, and answers to what was asked before count") {
  ask();
  want(key(0), {{5}, {3}, {2}, {1}});
  REQUIRE(is_answered(key(0)));
  answer(FetchAnswer());
  REQUIRE(ask() == "fetch 7:2 wait 0 [t-0 @5 2/1 start 3]");
}

TEST_CASE_METHOD(OpenSession,
                 "an answer to another offset or another epoch than is asked for now does not count") {
  const FetchAsk now =
      GENERATE(FetchAsk{{6}, {0}, {2}, {1}}, FetchAsk{{5}, {0}, {3}, {1}}, FetchAsk{{5}, {0}, {2}, {0}});
  ask();
  want(key(0), now);
  REQUIRE_FALSE(is_answered(key(0)));
  REQUIRE(is_answered(key(1)));
}

TEST_CASE_METHOD(OpenSession, "an answer of what is not wanted any more does not count") {
  ask();
  drop(key(0));
  REQUIRE_FALSE(is_answered(key(0)));
}

TEST_CASE_METHOD(OpenSession, "what is dropped is forgotten, once") {
  drop(key(0));
  REQUIRE(ask() == "fetch 7:1 wait 0 [] forget [t-0]");
  answer(FetchAnswer());
  REQUIRE(ask() == "fetch 7:2 wait 0 []");
}

TEST_CASE_METHOD(OpenSession, "a topic that was created again is forgotten under its old id") {
  drop(key(0));
  want(key(0, 2), at(0));
  REQUIRE(ask() == "fetch 7:1 wait 0 [u-0 @0 2/1] forget [t-0]");
}

TEST_CASE_METHOD(OpenSession,
                 "what the leader must say again is forgotten, and then asked for as if it was new") {
  retell(key(0));
  REQUIRE(ask() == "fetch 7:1 wait 0 [] forget [t-0]");
  REQUIRE(has_more);
  answer(FetchAnswer());
  REQUIRE(ask() == "fetch 7:2 wait 0 [t-0 @5 2/1]");
  REQUIRE_FALSE(has_more);
}

TEST_CASE_METHOD(OpenSession,
                 "what must be said again is forgotten even when it asks for something else by then") {
  retell(key(0));
  want_at(0, 9);
  REQUIRE(ask() == "fetch 7:1 wait 0 [] forget [t-0]");
  answer(FetchAnswer());
  REQUIRE(ask() == "fetch 7:2 wait 0 [t-0 @9 2/1]");
}

TEST_CASE_METHOD(OpenSession, "an answer of a partition that was forgotten is wrong") {
  drop(key(0));
  ask();
  REQUIRE(answer(FetchAnswer().news(0, 0)).problem ==
          "the answer names partition 0 of topic id AAAAAAAAAAAAAAAAAAAAAQ, which was not asked for");
}

TEST_CASE_METHOD(OpenSession, "an answer that names a partition twice is wrong as a whole") {
  ask();
  const auto verdict = answer(FetchAnswer().news(0, 0).news(0, 1));
  REQUIRE_FALSE(verdict.is_usable);
  REQUIRE(ask() == "fetch 7:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]");
}

TEST_CASE_METHOD(Session, "the answer that opens a session names every partition, or is wrong") {
  want_at(0, 5);
  want_at(1, 8);
  ask();
  REQUIRE(answer(FetchAnswer().news(1, 0)).problem == "the answer leaves out 1 of 2 partitions");
  REQUIRE(ask() == "fetch 0:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]");
}

TEST_CASE_METHOD(OpenSession,
                 "a session that the leader does not know is opened anew, any other is closed with it") {
  const auto [code, anew] = GENERATE(table<ErrorCode, std::string>({
      {ErrorCode::kFetchSessionIdNotFound, "fetch 0:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]"},
      {ErrorCode::kInvalidFetchSessionEpoch, "fetch 7:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]"},
      {ErrorCode::kFetchSessionTopicIdError, "fetch 7:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]"},
      {ErrorCode::kUnknownServerError, "fetch 7:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]"},
  }));
  ask();
  const bool is_of_sessions =
      code == ErrorCode::kFetchSessionIdNotFound || code == ErrorCode::kInvalidFetchSessionEpoch;
  REQUIRE(answer(FetchAnswer().top(code)).is_session_lost == is_of_sessions);
  REQUIRE(ask() == anew);
}

TEST_CASE_METHOD(OpenSession, "after a request that was lost the session is opened anew") {
  want_at(0, 6);
  ask();
  on_failure();
  REQUIRE(ask() == "fetch 7:0 wait 0 [t-0 @6 2/1, t-1 @8 2/1]");
}

TEST_CASE_METHOD(OpenSession, "what was dropped is not in the request that opens a session anew") {
  drop(key(0));
  ask();
  on_failure();
  REQUIRE(ask() == "fetch 7:0 wait 0 [t-1 @8 2/1]");
  REQUIRE(answer(FetchAnswer(9).news(1, 0)).is_usable);
  REQUIRE(ask() == "fetch 9:1 wait 0 []");
}

TEST_CASE_METHOD(OpenSession, "a session that is restarted is closed and opened by one request") {
  restart();
  REQUIRE(ask() == "fetch 7:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]");
}

TEST_CASE_METHOD(Session, "a leader that asks for time instead of opening a session is asked again") {
  want_at(0, 5);
  ask();
  const auto verdict = answer(FetchAnswer(0).throttle(100));
  REQUIRE_FALSE(verdict.is_usable);
  REQUIRE(verdict.problem.empty());
  REQUIRE(ask() == "fetch 0:0 wait 0 [t-0 @5 2/1]");
}

TEST_CASE_METHOD(OpenSession, "a session that the leader closes is opened anew") {
  ask();
  REQUIRE(answer(FetchAnswer(0).news(0, 3)).is_usable);
  REQUIRE(ask() == "fetch 0:0 wait 0 [t-0 @5 2/1, t-1 @8 2/1]");
}

TEST_CASE_METHOD(Session, "without a session each request begins behind the partition that was served last") {
  for (int32_t partition = 0; partition < 3; ++partition) want_at(partition, 5);
  ask();
  served(key(0));
  answer(FetchAnswer(0).news(0, 0).news(1, 0).news(2, 0));
  REQUIRE(ask() == "fetch 0:0 wait 0 [t-1 @5 2/1, t-2 @5 2/1, t-0 @5 2/1]");
}

TEST_CASE_METHOD(OpenSession,
                 "when nothing is wanted any more the leader is told, and then there is nothing to say") {
  drop(key(0));
  drop(key(1));
  REQUIRE(has_ended());
  REQUIRE(ask() == "fetch 7:1 wait 0 [] forget [t-0, t-1]");
  answer(FetchAnswer(0));
  REQUIRE_FALSE(has_ended());
}

TEST_CASE_METHOD(OpenSession, "a session of which nobody was told anything has not ended") {
  REQUIRE_FALSE(has_ended());
  REQUIRE(wanted() == 2);
}
