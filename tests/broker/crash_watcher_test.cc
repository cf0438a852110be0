// CrashWatcher over connections to brokers that a test opens, closes and locks.
#include "tests/testing.h"

#include <memory>
#include <string>

#include "broker/crash_watcher.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_network.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr uint16_t kOwn = 1;

uint16_t port_of(int32_t number) { return static_cast<uint16_t>(9000 + number); }

// Brokers 2 and 3, which listen, in epoch 10 times their number.
struct Watcher {
  FakeClock clock;
  FakeLoop loop{clock};
  FakeLoop others{clock};
  FakeNetwork network;
  std::string crashed;  // "2 in 20 after 101, "
  CrashWatch::Brokers brokers;
  std::unique_ptr<CrashWatcher> watcher;
  int64_t since_ms = 0;

  Watcher() {
    for (const int32_t number : {2, 3}) {
      listen(number);
      brokers[NodeId{number}] = {10 * number, {"host", port_of(number)}};
    }
  }
  void listen(int32_t number) {
    auto answer = [](Request, Reply reply) { reply.send(protocol::ApiVersionsResponse()); };
    network.listen(port_of(number), others, answer, false);
  }
  void begin() {
    since_ms = clock.now;
    auto connect = [this](NodeId, const NodeAddress& address) {
      return network.connect(loop, kOwn, address.port);
    };
    auto tell = [this](const CrashWatch::Crash& crash) {
      crashed += std::to_string(crash.broker.value) + " in " + std::to_string(crash.epoch) + " after " +
                 std::to_string(clock.now - since_ms) + ", ";
      brokers.erase(crash.broker);
      watcher->follow(brokers);
    };
    watcher = std::make_unique<CrashWatcher>(CrashWatcher::Uses{loop, connect, tell}, brokers);
    settle();
  }
  // In the middle of a term.
  void to_connected() {
    begin();
    pass(10'000);
    since_ms = clock.now;
  }
  void settle() {
    while (loop.run_all() || others.run_all()) {
    }
  }
  void pass(int64_t ms) {
    for (const int64_t until = clock.now + ms; clock.now < until;) {
      loop.advance(1);
      settle();
    }
  }
  int asked() { return network.arrived[protocol::ApiVersionsRequest::kKey]; }
};

}  // namespace

TEST_CASE_METHOD(Watcher, "each broker is connected to once, when the term begins") {
  begin();
  REQUIRE(asked() == 2);
  pass(60'000);
  REQUIRE(asked() == 2);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "a broker that has gone is told of within 110 ms, once") {
  to_connected();
  network.close(port_of(2));
  pass(110);
  REQUIRE(crashed == "2 in 20 after 100, ");
  pass(60'000);
  REQUIRE(crashed == "2 in 20 after 100, ");
}

TEST_CASE_METHOD(Watcher, "a broker whose connection is dropped is connected to again") {
  to_connected();
  network.drop(port_of(2));
  pass(1);
  REQUIRE(asked() == 3);
  pass(60'000);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "connections that are dropped all the time are no crash, and no loop") {
  to_connected();
  for (int i = 0; i < 1'000; ++i) {
    network.drop(port_of(2));
    pass(50);
  }
  REQUIRE(crashed.empty());
  REQUIRE(asked() < 40);
}

TEST_CASE_METHOD(Watcher, "a broker that lets nobody in has not crashed") {
  to_connected();
  network.lock(port_of(2));
  network.drop(port_of(2));
  pass(60'000);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "a broker that is out of reach has not crashed") {
  to_connected();
  network.cut(kOwn, port_of(2));
  network.drop(port_of(2));
  pass(60'000);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "a broker that refuses and sends heartbeats has not crashed") {
  to_connected();
  network.close(port_of(2));
  pass(50);
  watcher->on_heartbeat({2}, 20);
  pass(60'000);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "a broker that has gone before the term begins is told of 300 ms after that") {
  network.close(port_of(3));
  begin();
  pass(310);
  REQUIRE(crashed == "3 in 30 after 300, ");
}

TEST_CASE_METHOD(Watcher, "a broker that listens later is watched from then on") {
  brokers.erase({3});
  network.close(port_of(3));
  begin();
  brokers[{3}] = {30, {"host", port_of(3)}};
  watcher->follow(brokers);
  pass(3'000);
  listen(3);
  pass(5'000);
  REQUIRE(crashed.empty());
  since_ms = clock.now;
  network.close(port_of(3));
  pass(500);
  REQUIRE_FALSE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "who is not watched any more is not told of") {
  to_connected();
  network.close(port_of(2));
  pass(50);
  brokers.erase({2});
  watcher->follow(brokers);
  pass(60'000);
  REQUIRE(crashed.empty());
}

TEST_CASE_METHOD(Watcher, "when the term is over nobody is told of, and no timer is left") {
  to_connected();
  network.close(port_of(2));
  pass(50);
  watcher.reset();
  REQUIRE(loop.timers() == 0);
  pass(1'000);
  REQUIRE(crashed.empty());
}

// ---- Who is watched

namespace {

// Brokers 0 to 4, which are unfenced and have an endpoint "INTERNAL".
struct ToWatch {
  BrokersImage brokers;
  BrokerSessions sessions{1'000};

  ToWatch() {
    for (int32_t number = 0; number <= 4; ++number) enter(record(number));
  }
  static protocol::RegisterBrokerRecord record(int32_t number) {
    auto made = testing::broker(number, 10 * number);
    made.fenced = false;
    made.end_points.clear();
    made.end_points.push_back({"INTERNAL", "host", port_of(number), 0});
    return made;
  }
  void enter(const protocol::RegisterBrokerRecord& record) { REQUIRE(brokers.apply(record).ok()); }
  std::string watched(bool can_enter = true) {
    std::string text;
    const auto all = brokers_to_watch(brokers, sessions, {1}, "INTERNAL",
                                      [can_enter](const EndpointImage&) { return can_enter; });
    for (const auto& [id, broker] : all) {
      text += std::to_string(id.value) + ":" + std::to_string(broker.epoch) + ":" +
              std::to_string(broker.address.port) + " ";
    }
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(ToWatch, "a controller watches all brokers but its own node's") {
  REQUIRE(watched() == "0:0:9000 2:20:9002 3:30:9003 4:40:9004 ");
}

TEST_CASE_METHOD(ToWatch, "who is fenced, shuts down or has no such listener is not watched") {
  auto fenced = record(2);
  fenced.fenced = true;
  enter(fenced);
  auto leaving = record(3);
  leaving.in_controlled_shutdown = true;
  enter(leaving);
  sessions.follow(brokers, 0);
  sessions.shut_down_at({4}, 40, Offset{100});
  auto elsewhere = record(0);
  elsewhere.end_points[0].name = "EXTERNAL";
  enter(elsewhere);
  REQUIRE(watched().empty());
}

TEST_CASE_METHOD(ToWatch, "where the controller has no way in nobody is watched") {
  REQUIRE(watched(false).empty());
}
