// When a follower counts as caught up, and when its broker lets it join.
#include "tests/testing.h"

#include "broker/replica/follower_progress.h"
#include "tests/broker/leader_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Following : Leading {
  FollowerProgress follower{NodeId{2}};

  Following() { follower.follow(image.brokers()); }
  // It begins at `offset` when the leader's log ended at `end`.
  void fetch(int64_t time_ms, int64_t offset, int64_t end, int64_t broker_epoch = 102) {
    follower.on_fetch({.replica = NodeId{2},
                       .broker_epoch = broker_epoch,
                       .position = at(offset),
                       .leader_end = Offset{end},
                       .time_ms = time_ms});
  }
  bool caught_up(int64_t end, int64_t time_ms) const {
    return follower.is_caught_up(Offset{end}, time_ms, kLagMs);
  }
  bool eligible() {
    follower.follow(image.brokers());
    return follower.is_eligible();
  }
};

}  // namespace

TEST_CASE_METHOD(Following, "who fetches at the leader's end is caught up from then on, for the lag time") {
  fetch(1000, 10, 10);
  REQUIRE(follower.last_caught_up_ms() == 1000);
  REQUIRE(caught_up(11, 1000 + kLagMs));
  REQUIRE_FALSE(caught_up(11, 1000 + kLagMs + 1));
}

TEST_CASE_METHOD(Following, "who has all of the log is caught up however long ago it fetched") {
  fetch(1000, 10, 10);
  REQUIRE(caught_up(10, 1000 + 10 * kLagMs));
}

TEST_CASE_METHOD(Following, "who has fetched what there was at its last fetch was caught up then") {
  fetch(1000, 0, 10);
  REQUIRE(follower.last_caught_up_ms() == FollowerProgress::kNever);
  fetch(2000, 10, 20);
  REQUIRE(follower.last_caught_up_ms() == 1000);
  fetch(3000, 19, 30);
  REQUIRE(follower.last_caught_up_ms() == 1000);
}

TEST_CASE_METHOD(Following, "a fetch of what the leader had before its last fetch is no sign of anything") {
  fetch(1000, 0, 20);
  fetch(2000, 5, 10);  // late: the leader's end was 20 already
  fetch(3000, 10, 30);
  REQUIRE(follower.last_caught_up_ms() == FollowerProgress::kNever);
}

TEST_CASE_METHOD(Following, "a fetch that comes late does not take back when the follower was caught up") {
  fetch(5000, 10, 10);
  fetch(1000, 10, 10);
  REQUIRE(follower.last_caught_up_ms() == 5000);
}

TEST_CASE_METHOD(Following, "who was never caught up is not, soon after the clock's zero either") {
  fetch(0, 5, 10);
  REQUIRE_FALSE(caught_up(10, 1));
}

TEST_CASE_METHOD(Following, "who has not fetched in this term may not join") { REQUIRE_FALSE(eligible()); }

TEST_CASE_METHOD(Following, "who fetches in the epoch in which it is registered may join") {
  fetch(1000, 0, 0);
  REQUIRE(eligible());
  register_in(2, 202);
  REQUIRE_FALSE(eligible());
  fetch(1000, 0, 0, 202);
  REQUIRE(eligible());
}

TEST_CASE_METHOD(Following, "who fetches in an epoch that the metadata does not know yet may not join") {
  fetch(1000, 0, 0, 202);
  REQUIRE_FALSE(eligible());
}

TEST_CASE_METHOD(Following, "who claims no epoch may join while its broker is registered") {
  fetch(1000, 0, 0, -1);
  REQUIRE(eligible());
  apply(protocol::UnregisterBrokerRecord{.broker_id = 2, .broker_epoch = 102});
  REQUIRE_FALSE(eligible());
}

TEST_CASE_METHOD(Following, "an earlier life is one below the registered epoch, fenced or not") {
  REQUIRE(follower.is_earlier_life(101));
  REQUIRE_FALSE(follower.is_earlier_life(102));
  REQUIRE_FALSE(follower.is_earlier_life(-1));
  auto restarted = broker::testing::broker(2, 202);
  restarted.fenced = true;
  apply(restarted);
  follower.follow(image.brokers());
  REQUIRE(follower.is_earlier_life(102));
}
