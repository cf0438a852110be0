#include "tests/testing.h"

#include "broker/crash_watch.h"

#include <string>
#include <vector>

using namespace klamm;
using namespace klamm::broker;

namespace {

CrashWatch::Brokers brokers(const std::vector<int32_t>& numbers) {
  CrashWatch::Brokers all;
  for (const int32_t number : numbers) all[NodeId{number}] = {10 * number, {"host", 9092}};
  return all;
}

// A controller's term, which begins at 0.
struct Watch {
  CrashWatch watch;
  int64_t now_ms = 0;

  explicit Watch(const std::vector<int32_t>& numbers = {1, 2, 3}) : watch(brokers(numbers), 0) {}

  // Who is connected to now: "1 2".
  std::string due() {
    std::string text;
    for (const NodeId id : watch.take_due(now_ms))
      text += (text.empty() ? "" : " ") + std::to_string(id.value);
    return text;
  }
  // Time goes on until somebody is to be connected to, and nobody is before: "1 2 in 100".
  std::string next() {
    const auto deadline_ms = watch.next_deadline_ms();
    if (!deadline_ms) return "";
    const int64_t wait_ms = *deadline_ms - now_ms;
    now_ms = *deadline_ms;
    return due() + " in " + std::to_string(wait_ms);
  }
  void pass(int64_t ms) { now_ms += ms; }
  void connect(int32_t number) { watch.on_connected({number}, now_ms); }
  void close(int32_t number) { watch.on_closed({number}, now_ms); }
  void fail(int32_t number) { watch.on_failed({number}, now_ms); }
  void beat(int32_t number) { watch.on_heartbeat({number}, 10 * number); }
  // "crash 1 at 10: 2 in 100" or nothing.
  std::string refuse(int32_t number) {
    const auto crash = watch.on_refused({number}, now_ms);
    if (!crash) return "";
    return "crash " + std::to_string(crash->broker.value) + " at " + std::to_string(crash->epoch) + ": " +
           std::to_string(crash->refusals) + " in " + std::to_string(crash->refused_for_ms);
  }
};

// In the middle of a term: all brokers are connected, and have been for long.
struct Connected : Watch {
  explicit Connected(const std::vector<int32_t>& numbers = {1, 2, 3}) : Watch(numbers) {
    due();
    for (const int32_t number : numbers) connect(number);
    pass(60'000);
  }
};

}  // namespace

// ---- A connection that closes

TEST_CASE_METHOD(Connected, "a broker whose connection closes is connected to at once") {
  REQUIRE(due().empty());
  close(2);
  REQUIRE(due() == "2");
}

TEST_CASE_METHOD(Connected,
                 "a broker that refuses connections for a while after one has closed has crashed") {
  close(2);
  REQUIRE(next() == "2 in 0");
  REQUIRE(refuse(2).empty());
  REQUIRE(next() == "2 in 100");
  REQUIRE(refuse(2) == "crash 2 at 20: 2 in 100");
}

TEST_CASE_METHOD(Connected, "a broker is asked again when the first refusal is a while ago") {
  close(2);
  due();
  pass(70);
  REQUIRE(refuse(2).empty());
  pass(99);
  REQUIRE(due().empty());
  pass(1);
  REQUIRE(due() == "2");
  REQUIRE(refuse(2) == "crash 2 at 20: 2 in 100");
}

TEST_CASE_METHOD(Connected, "a broker that takes the next connection has not crashed") {
  close(2);
  due();
  refuse(2);
  next();
  connect(2);
  REQUIRE_FALSE(watch.next_deadline_ms());
}

TEST_CASE_METHOD(Connected, "a heartbeat since the connection closed ends the suspicion") {
  close(2);
  due();
  refuse(2);
  beat(2);
  REQUIRE(next() == "2 in 100");
  REQUIRE(refuse(2).empty());
  for (int i = 0; i < 10; ++i) {
    next();
    REQUIRE(refuse(2).empty());
  }
}

TEST_CASE_METHOD(Connected, "a heartbeat in another broker epoch says nothing") {
  close(2);
  due();
  refuse(2);
  watch.on_heartbeat({2}, 19);
  next();
  REQUIRE(refuse(2) == "crash 2 at 20: 2 in 100");
}

TEST_CASE_METHOD(Connected, "what fails otherwise says nothing, and the refusals are counted anew") {
  close(2);
  due();
  refuse(2);
  next();
  fail(2);
  next();
  REQUIRE(refuse(2).empty());
  next();
  REQUIRE(refuse(2) == "crash 2 at 20: 2 in 100");
}

TEST_CASE_METHOD(Connected,
                 "a connection that closes before anything was said over it is one that was made") {
  close(2);
  due();
  refuse(2);
  next();
  close(2);
  next();
  REQUIRE(refuse(2).empty());
}

// ---- How often it is tried

TEST_CASE_METHOD(Connected, "a broker that cannot be connected to is tried less and less often") {
  close(2);
  due();
  std::string waits;
  for (int i = 0; i < 8; ++i) fail(2), waits += next() + " ";
  REQUIRE(waits == "2 in 100 2 in 200 2 in 400 2 in 800 2 in 1600 2 in 3200 2 in 5000 2 in 5000 ");
}

TEST_CASE_METHOD(Connected, "once it was connected for a while it is tried at once again") {
  close(2);
  due();
  for (int i = 0; i < 8; ++i) fail(2), next();
  connect(2);
  pass(1'000);
  close(2);
  REQUIRE(next() == "2 in 0");
}

TEST_CASE_METHOD(Connected, "connections that close at once do not make a loop") {
  std::string waits;
  for (int i = 0; i < 4; ++i) {
    close(2);
    waits += next() + " ";
    connect(2);
    pass(999);
  }
  REQUIRE(waits == "2 in 0 2 in 100 2 in 200 2 in 400 ");
}

// ---- The beginning of a term

TEST_CASE_METHOD(Watch, "a controller connects to all brokers when its term begins") {
  REQUIRE(due() == "1 2 3");
  REQUIRE(due().empty());
}

TEST_CASE_METHOD(Watch, "a broker that refuses when the term begins has had time for a heartbeat") {
  due();
  REQUIRE(refuse(1).empty());
  REQUIRE(next() == "1 in 300");
  REQUIRE(refuse(1) == "crash 1 at 10: 2 in 300");
}

TEST_CASE_METHOD(Watch, "a first refusal that comes late in the beginning of a term is not enough") {
  due();
  pass(250);
  refuse(1);
  REQUIRE(next() == "1 in 100");
  REQUIRE(refuse(1) == "crash 1 at 10: 2 in 100");
}

TEST_CASE_METHOD(Watch, "a first refusal behind the beginning of a term is not enough") {
  due();
  pass(5'000);
  REQUIRE(refuse(1).empty());
}

TEST_CASE_METHOD(Watch, "a heartbeat in the beginning of a term speaks for a broker that refuses") {
  due();
  refuse(1);
  pass(299);
  beat(1);
  next();
  REQUIRE(refuse(1).empty());
}

TEST_CASE_METHOD(Watch, "a heartbeat before the first refusal of a term speaks for the broker, too") {
  beat(1);
  due();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(refuse(1).empty());
    next();
  }
}

TEST_CASE_METHOD(Watch, "a connection that closes in the beginning of a term does not shorten it") {
  due();
  close(1);
  next();
  REQUIRE(refuse(1).empty());
  REQUIRE(next() == "1 in 200");
  REQUIRE(refuse(1) == "crash 1 at 10: 2 in 200");
}

// ---- Many at once

TEST_CASE("half of the nodes that refuse have crashed") {
  Connected cluster({1, 2, 3});  // and the controller: four
  cluster.close(1), cluster.close(2);
  cluster.due();
  cluster.refuse(1), cluster.refuse(2);
  REQUIRE(cluster.next() == "1 2 in 100");
  REQUIRE(cluster.refuse(1) == "crash 1 at 10: 2 in 100");
  REQUIRE(cluster.refuse(2) == "crash 2 at 20: 2 in 100");
}

TEST_CASE("where more than half of the nodes refuse, it is rather the controller's own network") {
  Connected cluster({1, 2});  // and the controller: three
  cluster.close(1), cluster.close(2);
  cluster.due();
  cluster.refuse(1), cluster.refuse(2);
  REQUIRE(cluster.next() == "1 2 in 100");
  REQUIRE(cluster.refuse(1).empty());
  REQUIRE(cluster.refuse(2).empty());
}

TEST_CASE("when one of those that refuse is heard of, the other one has crashed") {
  Connected cluster({1, 2});
  cluster.close(1), cluster.close(2);
  cluster.due();
  cluster.refuse(1), cluster.refuse(2);
  cluster.next();
  cluster.refuse(1), cluster.refuse(2);
  cluster.beat(2);
  REQUIRE(cluster.next() == "1 2 in 100");
  REQUIRE(cluster.refuse(1) == "crash 1 at 10: 3 in 200");
}

// ---- Who is watched

TEST_CASE_METHOD(Connected, "a broker that is watched from now on is connected to, and need not listen yet") {
  REQUIRE(watch.follow(brokers({1, 2, 3, 4}), now_ms).empty());
  REQUIRE(next() == "4 in 0");
  for (int i = 0; i < 6; ++i) {
    REQUIRE(refuse(4).empty());
    next();
  }
  connect(4);
  pass(1'000);
  close(4);
  due();
  refuse(4);
  next();
  REQUIRE(refuse(4) == "crash 4 at 40: 2 in 100");
}

TEST_CASE_METHOD(Connected, "who is not watched any more is let go of") {
  REQUIRE(watch.follow(brokers({1, 3}), now_ms) == std::vector<NodeId>{{2}});
  REQUIRE(watch.find({2}) == nullptr);
  REQUIRE_FALSE(watch.next_deadline_ms());
}

TEST_CASE_METHOD(Connected, "another epoch or address of a broker is another one, without suspicion") {
  auto others = brokers({1, 2, 3});
  others[{1}].epoch = 11;
  others[{2}].address.port = 9093;
  close(1);
  due();
  refuse(1);
  REQUIRE(watch.follow(others, now_ms) == std::vector<NodeId>{{1}, {2}});
  REQUIRE(due() == "1 2");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(refuse(1).empty());
    next();
    fail(2);
    if (i < 2) next();
  }
}
