// Lives of brokers from end to end: the machine against the controller's decisions.
#include "tests/testing.h"

#include "broker/broker_lifecycle.h"

#include "tests/broker/lifecycle_cluster.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Brokers 1 and 2 run, and t-0 is on both, led by 1.
struct TwoLives : LifeCluster {
  TwoLives() {
    start(1);
    start(2);
    partition_on({1, 2});
    take_records();
    take_told(1);
    take_told(2);
  }
  // How long until `done`, at most a minute.
  template <class Done>
  int64_t wait_for(Done done) {
    const int64_t began_ms = now_ms;
    while (!done() && now_ms < began_ms + 60'000) pass(10);
    return now_ms - began_ms;
  }
  bool is_over(int32_t number) { return life(number).state() == BrokerState::kShuttingDown; }
};

// Requests and answers are lost, late, or come to the wrong node, until it is over.
struct Storm : TwoLives {
  bool is_over_now = false;
  Fate fate(int32_t) override {
    if (is_over_now || random.below(2) == 0) return Fate::kDecided;
    return static_cast<Fate>(1 + random.below(4));
  }
  // In its own epoch, not in that of a life before.
  bool is_unfenced_unasked(int32_t number) {
    return !broker(number).fenced && broker(number).epoch == life(number).epoch() &&
           life(number).state() < BrokerState::kRecovery;
  }
};

}  // namespace

TEST_CASE_METHOD(LifeCluster, "a broker registers, catches up and is unfenced without waiting for anything") {
  start(1);
  REQUIRE(take_records() == "broker 1 registers in epoch 100; broker 1 unfenced; broker 1 cordoned none");
  REQUIRE(take_told(1) == "registered 100; caught up; unfenced");
  REQUIRE(is_running(1));
  REQUIRE(now_ms == 1000);
}

TEST_CASE_METHOD(LifeCluster, "a broker that is not ready is fenced for as long as it takes") {
  ready_at_once = false;
  start(1);
  pass(100'000);
  REQUIRE(broker(1).fenced);
  REQUIRE(life(1).state() == BrokerState::kRecovery);
}

TEST_CASE_METHOD(LifeCluster,
                 "before there is a controller a broker asks on, and registers when there is one") {
  has_controller = false;
  start(1);
  pass(30'000);
  REQUIRE(nodes[1].requests <= 30);
  REQUIRE(take_told(1).empty());
  find_controller();
  REQUIRE(is_running(1));
}

TEST_CASE_METHOD(TwoLives, "brokers that run are heard of in every interval, and nothing comes of it") {
  const int64_t before = nodes[1].requests;
  pass(60'000);
  REQUIRE(nodes[1].requests - before == 30);
  REQUIRE(take_records().empty());
}

TEST_CASE_METHOD(TwoLives,
                 "a controlled shutdown hands over what is led, and ends when everybody has read of it") {
  shut_down(1);
  REQUIRE(take_records() == "broker 1 shuts down; t-0: leader 2, isr 2");
  REQUIRE_FALSE(is_over(1));
  REQUIRE(wait_for([&] { return is_over(1); }) <= 2100);
  REQUIRE(take_records() == "broker 1 fenced");
  REQUIRE(take_told(1) == "may stop");
}

TEST_CASE_METHOD(TwoLives, "a broker that went in order is back at once, in a new epoch") {
  shut_down(1);
  wait_for([&] { return is_over(1); });
  const int64_t epoch = life(1).epoch();
  start(1, epoch);
  REQUIRE(life(1).epoch() > epoch);
  REQUIRE(is_running(1));
}

TEST_CASE_METHOD(LifeCluster, "a lone broker that went in order leads again what only it has (KIP-966)") {
  start(1);
  partition_on({1});
  shut_down(1);
  pass(50);
  REQUIRE(state() == "leader -1 isr none elr 1");
  start(1, life(1).epoch());
  REQUIRE(state() == "leader 1 isr 1 elr none");
}

TEST_CASE_METHOD(LifeCluster,
                 "a lone broker that crashed is not elected for what it may have lost (KIP-966)") {
  start(1);
  start(2);
  partition_on({1, 2});
  cut(2);
  pass(9001);
  REQUIRE(state() == "leader 1 isr 1 elr none");
  cut(1);
  pass(9001);
  REQUIRE(state() == "leader -1 isr none elr 1");
  take_records();
  start(1);
  REQUIRE(take_records().starts_with("t-0: elr none; broker 1 registers"));
}

TEST_CASE_METHOD(TwoLives, "a broker that crashed and starts again waits for the end of its session") {
  kill(1);
  start(1);
  pass(8999);
  REQUIRE(take_told(1).empty());
  REQUIRE(wait_for([&] { return is_running(1); }) <= 2100);
  REQUIRE(take_records().starts_with("t-0: leader 2, isr 2; broker 1 fenced; broker 1 registers in epoch"));
}

TEST_CASE_METHOD(TwoLives,
                 "a broker that is silent is fenced, stays RUNNING, and comes back by a heartbeat") {
  cut(1);
  pass(9001);
  REQUIRE(take_records() == "t-0: leader 2, isr 2; broker 1 fenced");
  pass(20'000);
  REQUIRE(life(1).state() == BrokerState::kRunning);
  mend(1);
  REQUIRE(wait_for([&] { return is_running(1); }) <= 2000);
  REQUIRE(take_records() == "broker 1 unfenced");
  REQUIRE(take_told(1) == "fenced; unfenced");
}

TEST_CASE_METHOD(TwoLives, "a broker that is fenced by a false alarm is back before any time has passed") {
  fence_by_controller(1);
  REQUIRE(take_records() == "t-0: leader 2, isr 2; broker 1 fenced; broker 1 unfenced");
  REQUIRE(take_told(1) == "fenced; unfenced");
}

TEST_CASE_METHOD(TwoLives, "a broker whose id another process has taken does not take it back") {
  Node old = std::move(nodes[1]);
  kill(1);
  pass(9001);
  start(1);
  std::swap(old, nodes[1]);
  take_records();
  pass(60'000);
  REQUIRE(life(1).state() == BrokerState::kRunning);
  REQUIRE(take_records() == "broker 1 fenced");
}

TEST_CASE_METHOD(TwoLives, "a new controller finds a shutdown under way, and lets it end") {
  shut_down(1);
  has_controller = false;
  pass(3000);
  REQUIRE_FALSE(is_over(1));
  find_controller();
  REQUIRE(is_over(1));
}

TEST_CASE_METHOD(TwoLives, "a whole cluster that is stopped without a controller ends within a session") {
  has_controller = false;
  shut_down(1);
  shut_down(2);
  REQUIRE(wait_for([&] { return is_over(1) && is_over(2); }) == 9000);
}

TEST_CASE_METHOD(TwoLives, "the brokers of a whole cluster that is stopped let each other go") {
  shut_down(1);
  shut_down(2);
  REQUIRE(wait_for([&] { return is_over(1) && is_over(2); }) <= 100);
}

TEST_CASE_METHOD(TwoLives, "a failed directory takes its partitions from the broker, and nothing else") {
  nodes[1].told = "";
  REQUIRE(broker(1).directories == std::vector<Uuid>{id(901), id(951)});
  auto output = life(1).on_directory_failed(id(901), now_ms);
  auto request = std::get<protocol::BrokerHeartbeatRequest>(output.request->message);
  REQUIRE(beat(request).starts_with("t-0: leader 2, isr 2; broker 1 directories 951"));
}

TEST_CASE("whatever is lost, brokers run when it is over, and were never unfenced unasked", "[lifecycle]") {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Storm storm;
    storm.random = SeededRandom(seed);
    storm.kill(1);
    storm.start(1);
    for (int i = 0; i < 200; ++i) {
      storm.pass(static_cast<int64_t>(storm.random.below(1000)));
      REQUIRE_FALSE(storm.is_unfenced_unasked(1));
      if (storm.random.one_in(10)) storm.find_controller();
    }
    storm.is_over_now = true;
    if (storm.is_over(1)) storm.start(1);
    REQUIRE(storm.wait_for([&] { return storm.is_running(1) && storm.is_running(2); }) <= 15'000);
  }
}

TEST_CASE("whatever is lost, a shutdown ends, and no broker asks more often than it may", "[lifecycle]") {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Storm storm;
    storm.random = SeededRandom(seed);
    const int64_t before = storm.nodes[2].requests;
    storm.shut_down(1);
    REQUIRE(storm.wait_for([&] { return storm.is_over(1); }) < 60'000);
    storm.pass(60'000);
    REQUIRE(storm.nodes[2].requests - before <= 600);
    REQUIRE(storm.take_told(1) == "may stop");
  }
}
