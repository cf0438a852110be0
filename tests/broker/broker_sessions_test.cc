#include "tests/testing.h"

#include "broker/controller/broker_sessions.h"

#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Brokers 1 to 3 in epochs 10, 20 and 30; 3 is fenced. Sessions last a second.
struct Sessions {
  BrokersImage brokers;
  BrokerSessions sessions{1000};

  Sessions() {
    add(1, 10);
    add(2, 20);
    add(3, 30, true);
  }
  void add(int32_t number, int64_t epoch, bool fenced = false) {
    auto record = testing::broker(number, epoch);
    record.fenced = fenced;
    REQUIRE(brokers.apply(record).ok());
  }
  int32_t expired(int64_t now_ms) { return sessions.expired(brokers, now_ms).value_or(NodeId{0}).value; }
};

}  // namespace

TEST_CASE_METHOD(Sessions, "a controller that takes over gives everyone a full session") {
  sessions.follow(brokers, 0);
  sessions.shut_down_at({1}, 10, Offset{50});
  sessions.take_over(brokers, 5000);
  REQUIRE_FALSE(sessions.controlled_shutdown_offset({1}, 10));
  REQUIRE(expired(6000) == 0);
  REQUIRE(expired(6001) == 1);
  REQUIRE(sessions.next_deadline_ms(brokers) == 6001);
}

TEST_CASE_METHOD(Sessions, "a session that is known is not lengthened by following the brokers again") {
  sessions.follow(brokers, 0);
  sessions.follow(brokers, 900);
  REQUIRE(expired(1001) == 1);
}

TEST_CASE_METHOD(Sessions, "a heartbeat lengthens a session, and a late one does not shorten it") {
  sessions.follow(brokers, 0);
  sessions.contact(brokers, {1}, 10, 800);
  sessions.contact(brokers, {1}, 10, 700);
  REQUIRE(expired(1500) == 2);
  REQUIRE(sessions.is_alive({1}, 10, 1800));
  REQUIRE_FALSE(sessions.is_alive({1}, 10, 1801));
}

TEST_CASE_METHOD(Sessions, "who was silent the longest is fenced first, of several the lowest id") {
  sessions.follow(brokers, 0);
  REQUIRE(expired(2000) == 1);
  sessions.contact(brokers, {1}, 10, 500);
  REQUIRE(expired(2000) == 2);
}

TEST_CASE_METHOD(Sessions, "a fenced broker is not to be fenced, however silent") {
  sessions.contact(brokers, {3}, 30, 0);
  REQUIRE(sessions.is_alive({3}, 30, 1000));
  REQUIRE(expired(9000) == 0);
  REQUIRE_FALSE(sessions.next_deadline_ms(brokers));
}

TEST_CASE_METHOD(Sessions, "heartbeats of other epochs and of strangers leave nothing") {
  sessions.contact(brokers, {1}, 9, 500);
  sessions.contact(brokers, {1}, 11, 500);
  sessions.contact(brokers, {7}, 0, 500);
  REQUIRE_FALSE(sessions.is_alive({1}, 9, 500));
  REQUIRE_FALSE(sessions.is_alive({1}, 11, 500));
  REQUIRE_FALSE(sessions.is_alive({7}, 0, 500));
}

TEST_CASE_METHOD(Sessions, "a session ends with the broker's epoch") {
  sessions.follow(brokers, 0);
  sessions.shut_down_at({1}, 10, Offset{50});
  add(1, 40);
  sessions.follow(brokers, 800);
  REQUIRE_FALSE(sessions.is_alive({1}, 10, 800));
  REQUIRE(sessions.is_alive({1}, 40, 1800));
  REQUIRE_FALSE(sessions.controlled_shutdown_offset({1}, 40));
}

TEST_CASE_METHOD(Sessions, "nobody has read anything before it says so") {
  sessions.follow(brokers, 0);
  sessions.reached({1}, 10, Offset{70});
  REQUIRE(sessions.lowest_active_offset(brokers) == kNoOffset);
  sessions.reached({2}, 20, Offset{60});
  REQUIRE(sessions.lowest_active_offset(brokers) == Offset{60});
}

TEST_CASE_METHOD(Sessions, "a broker that shuts down does not hold others back, and does again once fenced") {
  sessions.follow(brokers, 0);
  sessions.reached({1}, 10, Offset{70});
  sessions.shut_down_at({2}, 20, Offset{65});
  sessions.shut_down_at({2}, 20, Offset{99});
  REQUIRE(sessions.controlled_shutdown_offset({2}, 20) == Offset{65});
  REQUIRE(sessions.lowest_active_offset(brokers) == Offset{70});
  sessions.fenced({2}, 20);
  REQUIRE_FALSE(sessions.controlled_shutdown_offset({2}, 20));
}

TEST_CASE("nobody is active in a cluster without brokers") {
  BrokerSessions sessions(1000);
  REQUIRE_FALSE(sessions.lowest_active_offset(BrokersImage{}));
  REQUIRE_FALSE(sessions.expired(BrokersImage{}, 5000));
}
