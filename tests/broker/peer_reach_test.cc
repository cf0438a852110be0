#include "tests/testing.h"

#include "broker/net/peer_reach.h"

using namespace klamm;
using namespace klamm::broker::net;

namespace {

struct Fixture {
  SeededRandom random{1};
  PeerReach reach{"node 2 at b:9093 (listener CONTROLLER)", {.first_ms = 50, .most_ms = 1000}, random};

  bool waits_between(int64_t least, int64_t most) {
    const int64_t backoff = reach.next_backoff_ms();
    INFO(backoff);
    return least <= backoff && backoff <= most;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a node that cannot be reached is named once for each reason") {
  REQUIRE(reach.on_unreachable("connection refused") ==
          "cannot reach node 2 at b:9093 (listener CONTROLLER): connection refused");
  REQUIRE(reach.on_unreachable("connection refused").empty());
  REQUIRE_FALSE(reach.on_unreachable("no answer").empty());
  REQUIRE(reach.on_unreachable("connection refused").empty());
}

TEST_CASE_METHOD(Fixture, "a node that can be reached again is named, and others are not") {
  REQUIRE(reach.on_reached().empty());
  reach.on_unreachable("no answer");
  REQUIRE(reach.on_reached() == "node 2 at b:9093 (listener CONTROLLER) can be reached again");
  REQUIRE(reach.on_reached().empty());
}

TEST_CASE_METHOD(Fixture, "what kept a node from being reached is news again once it was") {
  reach.on_unreachable("no answer");
  reach.on_reached();
  REQUIRE_FALSE(reach.on_unreachable("no answer").empty());
}

TEST_CASE_METHOD(Fixture, "reasons that are always new do not fill the log") {
  int lines = 0;
  for (int i = 0; i < 1000; ++i) lines += reach.on_unreachable(std::to_string(i)).empty() ? 0 : 1;
  REQUIRE(lines == 16);
}

TEST_CASE_METHOD(Fixture, "backoffs double up to the most, with a fifth of chance") {
  REQUIRE(waits_between(40, 60));
  REQUIRE(waits_between(80, 120));
  REQUIRE(waits_between(160, 240));
  REQUIRE(waits_between(320, 480));
  REQUIRE(waits_between(640, 960));
  for (int i = 0; i < 100; ++i) REQUIRE(waits_between(800, 1000));
}

TEST_CASE_METHOD(Fixture, "backoffs are not always the same") {
  bool differs = false;
  const int64_t first = reach.next_backoff_ms();
  for (int i = 0; i < 20; ++i) {
    reach.on_reached();
    differs |= reach.next_backoff_ms() != first;
  }
  REQUIRE(differs);
}

TEST_CASE_METHOD(Fixture, "once a node was reached backoffs begin anew") {
  for (int i = 0; i < 10; ++i) reach.next_backoff_ms();
  reach.on_reached();
  REQUIRE(waits_between(40, 60));
}
