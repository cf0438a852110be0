#include "tests/testing.h"

#include <string>

#include "broker/coordinator/alarm.h"
#include "tests/broker/fake_loop.h"

using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// A loop that says how often a timer was asked for.
struct CountingLoop final : Loop {
  explicit CountingLoop(FakeClock& clock) : loop(clock) {}
  void post(Task task) override { loop.post(std::move(task)); }
  TimerId call_at(int64_t deadline_ms, Task task) override {
    ++armed;
    return loop.call_at(deadline_ms, std::move(task));
  }
  void cancel(TimerId timer) override { loop.cancel(timer); }
  int64_t now_ms() const override { return loop.now_ms(); }
  bool is_current() const override { return true; }

  FakeLoop loop;
  int armed = 0;
};

struct Fixture {
  void set(int64_t at_ms) {
    alarm->set(at_ms);
    loop.loop.run();
  }
  FakeClock clock;
  CountingLoop loop{clock};
  std::string rang;
  std::shared_ptr<Alarm> alarm =
      std::make_shared<Alarm>(loop, [this] { rang += std::to_string(clock.now) + " "; });
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an alarm goes off once, at its time") {
  set(1'100);
  loop.loop.advance(99);
  REQUIRE(rang.empty());
  loop.loop.advance(500);
  REQUIRE(rang == "1100 ");
}

TEST_CASE_METHOD(Fixture, "an alarm that is set for later costs nothing, and goes off early") {
  set(1'100);
  for (int64_t at_ms = 1'200; at_ms < 2'000; at_ms += 100) set(at_ms);
  REQUIRE(loop.armed == 1);
  loop.loop.advance(5'000);
  REQUIRE(rang == "1100 ");
}

TEST_CASE_METHOD(Fixture, "an alarm that is set for earlier goes off then, and not again at the old time") {
  set(1'300);
  set(1'100);
  REQUIRE(loop.armed == 2);
  REQUIRE(loop.loop.timers() == 1);
  loop.loop.advance(5'000);
  REQUIRE(rang == "1100 ");
}

TEST_CASE_METHOD(Fixture, "an alarm that has gone off can be set again") {
  set(1'100);
  loop.loop.advance(100);
  set(1'300);
  loop.loop.advance(200);
  REQUIRE(rang == "1100 1300 ");
}

TEST_CASE_METHOD(Fixture, "an alarm for never is none") {
  set(INT64_MAX);
  REQUIRE(loop.armed == 0);
}
