#include "tests/testing.h"

#include "broker/broker_lifecycle.h"

#include "tests/broker/lifecycle_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

struct EndingBroker : LoneBroker {
  EndingBroker() { to_pending(); }
  // How long it takes when `answer` is called for each heartbeat, of which there are a thousand at most.
  template <class Answer>
  int64_t ends_after(Answer answer) {
    const int64_t began_ms = now_ms;
    for (int i = 0; i < 1000 && life->state() == BrokerState::kPendingControlledShutdown; ++i) {
      answer();
      pass(*life->next_deadline_ms() - now_ms);
    }
    return now_ms - began_ms;
  }
};

}  // namespace

TEST_CASE_METHOD(EndingBroker, "a controlled shutdown is over when the controller says so") {
  REQUIRE(state() == "PENDING_CONTROLLED_SHUTDOWN");
  REQUIRE(beat().empty());
  REQUIRE(pass(50) == "beat 100 at 100, shut down");
  REQUIRE(beat("caught up, fenced, shut down") == "may stop");
  REQUIRE(state() == "SHUTTING_DOWN");
  REQUIRE_FALSE(life->next_deadline_ms());
}

TEST_CASE_METHOD(EndingBroker, "the controller is asked again soon once, then in every interval") {
  REQUIRE(beat().empty());
  REQUIRE(pass(49).empty());
  REQUIRE(pass(1) == "beat 100 at 100, shut down");
  REQUIRE(beat().empty());
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1) == "beat 100 at 100, shut down");
}

TEST_CASE_METHOD(EndingBroker,
                 "a broker that shuts down does not take another heartbeat's answer for its own") {
  life = make();
  image = image_of({feature("metadata.version", 29)});
  to_running();
  REQUIRE(pass(2000) == "beat 100 at 100");
  REQUIRE(shut_down().empty());
  REQUIRE(beat() == "beat 100 at 100, shut down");
  REQUIRE(beat().empty());
  REQUIRE(pass(50) == "beat 100 at 100, shut down");
}

TEST_CASE_METHOD(EndingBroker, "a second shutdown changes nothing, and lengthens nothing") {
  for (int i = 0; i < 4; ++i) {
    silence();
    pass(2000);
    REQUIRE(shut_down().empty());
  }
  REQUIRE(state() == "PENDING_CONTROLLED_SHUTDOWN");
  REQUIRE(pass(1000) == "may stop");
  REQUIRE(shut_down().empty());
  REQUIRE(perform(life->shut_down(now_ms)).empty());
}

TEST_CASE_METHOD(EndingBroker, "a controller that never answers is waited for as long as a session") {
  REQUIRE(ends_after([] {}) == 9000);
  REQUIRE(has_log("There was no controller to let the broker go for 9000 ms (broker.session.timeout.ms)"));
}

TEST_CASE_METHOD(EndingBroker, "nodes that are not the controller do not count as one that answers") {
  REQUIRE(ends_after([this] { refuse(ErrorCode::kNotController); }) == 9000);
}

TEST_CASE_METHOD(EndingBroker, "a controller that answers is waited for, but for five minutes (Kafka's)") {
  bool refuses = false;
  auto answer = [&] { (refuses = !refuses) ? refuse(ErrorCode::kRequestTimedOut) : beat(); };
  REQUIRE(ends_after(answer) == 300'000);
  REQUIRE(has_log("The controller has not let the broker go within 300000 ms"));
}

TEST_CASE_METHOD(EndingBroker, "who is not registered any more need not be let go") {
  REQUIRE(refuse(ErrorCode::kStaleBrokerEpoch) == "may stop");
}

TEST_CASE_METHOD(EndingBroker, "an answer that comes when it is over changes nothing") {
  REQUIRE(perform(life->shut_down(now_ms)) == "may stop");
  REQUIRE(beat("caught up, fenced, shut down").empty());
  REQUIRE(read_to(200).empty());
  REQUIRE(found().empty());
  REQUIRE(fail(901).empty());
  REQUIRE(pass(100'000).empty());
}

TEST_CASE_METHOD(LoneBroker, "a broker that was never unfenced goes without asking") {
  start();
  REQUIRE(shut_down() == "may stop");
  REQUIRE(registered().empty());
  life = make();
  to_recovery();
  REQUIRE(shut_down() == "may stop");
  REQUIRE(has_log("There is no controlled shutdown because the broker is in state RECOVERY."));
}

TEST_CASE_METHOD(LoneBroker, "a broker that has asked to be unfenced is let go: it may lead already") {
  to_recovery();
  ready();
  REQUIRE(beat("caught up, fenced") == "beat 100 at 100");
  REQUIRE(shut_down().empty());
  REQUIRE(state() == "PENDING_CONTROLLED_SHUTDOWN");
  REQUIRE(beat() == "beat 100 at 100, shut down");
  REQUIRE(beat("caught up, fenced, shut down") == "may stop");
}

TEST_CASE_METHOD(LoneBroker, "a shutdown does not wait for a registration that was to be sent again") {
  to_running();
  auto bare = testing::broker(1, 100);
  bare.log_dirs = {};
  REQUIRE(read(bare) == "register");
  REQUIRE(shut_down().empty());
  REQUIRE(refuse(ErrorCode::kInvalidRegistration).empty());
  REQUIRE(pass(2000) == "beat 100 at 101, shut down");
}

TEST_CASE_METHOD(EndingBroker, "a registration is not sent again by who is on the way out") {
  auto bare = testing::broker(1, 100);
  bare.log_dirs = {};
  beat();
  REQUIRE(read(bare).empty());
}

TEST_CASE_METHOD(LoneBroker, "a directory that nobody hears of does not end who ends anyway") {
  times.directory_failure_timeout_ms = 1000;
  life = make();
  to_pending();
  fail(901);
  pass(3000);
  REQUIRE(fatal.empty());
  REQUIRE(state() == "PENDING_CONTROLLED_SHUTDOWN");
}

TEST_CASE_METHOD(LoneBroker, "shut_down asks nobody, as with controlled.shutdown.enable=false") {
  to_running();
  REQUIRE(perform(life->shut_down(now_ms)) == "may stop");
  REQUIRE(has_log("Transitioning from RUNNING to SHUTTING_DOWN."));
}
