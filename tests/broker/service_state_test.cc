#include "tests/testing.h"

#include "broker/service_state.h"

using namespace klamm::broker;

namespace {

// A service whose manager gave it a watchdog of two seconds; time moves when it is told to.
struct Watched {
  // What is said now, its lines on one.
  std::string said(bool is_alive = true) {
    std::string text = state.take_lines(now_ms, is_alive);
    for (char& c : text) c = c == '\n' ? ' ' : c;
    return text;
  }
  std::string later(int64_t ms, bool is_alive = true) {
    now_ms += ms;
    return said(is_alive);
  }

  int64_t now_ms = 5'000;
  ServiceState state{2'000};
};

}  // namespace

TEST_CASE_METHOD(Watched, "a start that goes on asks for more time, and says how far it has come") {
  REQUIRE(said() == "STATUS=Starting EXTEND_TIMEOUT_USEC=30000000 ");
  state.on_recovery(3, 40);
  REQUIRE(later(500) == "STATUS=Recovering logs: 3 of 40 EXTEND_TIMEOUT_USEC=30000000 ");
  state.on_waiting("the cluster's metadata");
  REQUIRE(later(500) == "STATUS=Waiting for the cluster's metadata EXTEND_TIMEOUT_USEC=30000000 ");
}

TEST_CASE_METHOD(Watched, "a start that shows no life is left to its manager's patience") {
  said();
  state.on_recovery(3, 40);
  REQUIRE(later(500, false) == "STATUS=Recovering logs: 3 of 40 ");
  REQUIRE(later(60'000, false) == "");
}

TEST_CASE_METHOD(Watched, "however fast a start goes on, it is told of four times in the watchdog's time") {
  said();
  for (int64_t i = 1; i < 5; ++i) {
    state.on_recovery(i, 40);
    REQUIRE(later(100) == "");
  }
  REQUIRE(later(100) == "STATUS=Recovering logs: 4 of 40 EXTEND_TIMEOUT_USEC=30000000 ");
}

TEST_CASE_METHOD(Watched, "a node that serves is ready once, at once, and shows life while its loops turn") {
  said();
  state.on_serving();
  REQUIRE(later(1) == "READY=1 STATUS=Serving WATCHDOG=1 ");
  REQUIRE(later(500) == "WATCHDOG=1 ");
  REQUIRE(later(500, false) == "");
  REQUIRE(later(500) == "WATCHDOG=1 ");
}

TEST_CASE_METHOD(Watched, "a broker that is fenced stays ready, and says so") {
  state.on_serving();
  said();
  state.on_fenced(true);
  REQUIRE(later(500) == "STATUS=Fenced: the controller does not count on this broker WATCHDOG=1 ");
  state.on_fenced(false);
  REQUIRE(later(500) == "STATUS=Serving WATCHDOG=1 ");
}

TEST_CASE_METHOD(Watched, "a node that stops says so, and is not killed for loops that have ended") {
  state.on_serving();
  said();
  state.on_stopping();
  REQUIRE(later(1, false) == "STOPPING=1 STATUS=Stopping WATCHDOG=1 ");
  REQUIRE(later(500, false) == "WATCHDOG=1 ");
  state.on_fenced(true);
  REQUIRE(later(500, false) == "WATCHDOG=1 ");
}

TEST_CASE_METHOD(Watched, "a start that has failed ends without ever having been ready") {
  said();
  state.on_stopping();
  state.on_serving();
  REQUIRE(later(1, false) == "STOPPING=1 STATUS=Stopping WATCHDOG=1 ");
}

TEST_CASE("without a watchdog a node that serves has nothing to say") {
  ServiceState state(0);
  state.on_serving();
  REQUIRE(state.take_lines(1, true) == "READY=1\nSTATUS=Serving\n");
  REQUIRE(state.take_lines(1'000'000, true).empty());
  REQUIRE(state.pause_ms() == ServiceState::kPauseMs);
}
