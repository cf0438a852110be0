#include "tests/testing.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/memory_budget.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

struct CountingWaiter final : MemoryPart::Waiter {
  int told = 0;
  void on_memory() override { ++told; }
};

struct WaiterOf final : MemoryPart::Waiter {
  WaiterOf(char origin, std::string& order) : origin_(origin), order_(order) {}
  void on_memory() override { order_ += origin_; }
  uint64_t origin() const override { return static_cast<uint64_t>(origin_); }

 private:
  const char origin_;
  std::string& order_;
};

// Connections of a part of 1,000 bytes.
struct Fixture {
  MemoryPart part{1000};
  std::vector<std::shared_ptr<CountingWaiter>> waiters;

  std::shared_ptr<CountingWaiter> waiter() {
    waiters.push_back(std::make_shared<CountingWaiter>());
    return waiters.back();
  }
  MemoryPart::Charge charge(uint64_t bytes) {
    MemoryPart::Charge made(part);
    made.set(bytes);
    return made;
  }
  bool admitted(const std::shared_ptr<CountingWaiter>& waiter) {
    MemoryPart::Overdraft none;
    return part.admit(waiter, none) && !none;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a part lets everyone read until its limit is reached") {
  auto most = charge(999);
  REQUIRE(admitted(waiter()));
  auto last = charge(1);
  REQUIRE(part.is_shut());
}

TEST_CASE_METHOD(Fixture, "those of one origin do not keep those of another waiting") {
  auto held = charge(1000);
  MemoryPart::Overdraft overdraft;
  REQUIRE(part.admit(waiter(), overdraft));
  std::string order;
  auto refused = [&](char origin) {
    auto made = std::make_shared<WaiterOf>(origin, order);
    MemoryPart::Overdraft none;
    REQUIRE_FALSE(part.admit(made, none));
    return made;
  };
  const std::vector<std::shared_ptr<WaiterOf>> all = {refused('a'), refused('a'), refused('a'), refused('b'),
                                                      refused('b')};
  held.set(0);
  REQUIRE(order == "ababa");
}

TEST_CASE_METHOD(Fixture, "those who were refused are told once an eighth is free") {
  auto held = charge(1000);
  MemoryPart::Overdraft overdraft;
  REQUIRE(part.admit(waiter(), overdraft));
  auto refused = waiter();
  REQUIRE_FALSE(admitted(refused));

  held.set(875);
  REQUIRE(refused->told == 0);
  held.set(874);
  REQUIRE(refused->told == 1);
  REQUIRE(admitted(refused));
}

TEST_CASE_METHOD(Fixture, "a shut part lets one at a time go beyond the limit, in the order of asking") {
  auto held = charge(2000);
  MemoryPart::Overdraft overdraft;
  REQUIRE(part.admit(waiter(), overdraft));
  REQUIRE(overdraft);

  auto second = waiter();
  auto third = waiter();
  REQUIRE_FALSE(admitted(second));
  REQUIRE_FALSE(admitted(third));
  overdraft.release();
  REQUIRE(second->told == 1);
  REQUIRE(third->told == 0);
  REQUIRE(part.admit(second, overdraft));
  overdraft.release();
  REQUIRE(third->told == 1);
}

TEST_CASE_METHOD(Fixture, "who was told and has lost interest passes the chance on") {
  auto held = charge(1000);
  MemoryPart::Overdraft overdraft;
  REQUIRE(part.admit(waiter(), overdraft));
  auto second = waiter();
  auto third = waiter();
  REQUIRE_FALSE(admitted(second));
  REQUIRE_FALSE(admitted(third));

  overdraft.release();
  part.pass_on();
  REQUIRE(third->told == 1);
}

TEST_CASE_METHOD(Fixture, "waiters that have died are passed over") {
  auto held = charge(1000);
  MemoryPart::Overdraft overdraft;
  REQUIRE(part.admit(waiter(), overdraft));
  {
    auto dead = std::make_shared<CountingWaiter>();
    REQUIRE_FALSE(admitted(dead));
  }
  auto alive = waiter();
  REQUIRE_FALSE(admitted(alive));
  overdraft.release();
  REQUIRE(alive->told == 1);
}

TEST_CASE_METHOD(Fixture, "a charge is given back when its owner dies, once, also after a move") {
  {
    auto held = charge(600);
    auto moved = std::move(held);
    auto other = charge(300);
    other = std::move(moved);
    REQUIRE(part.used() == 600);
  }
  REQUIRE(part.used() == 0);
}

TEST_CASE("a machine's memory leaves each part something") {
  auto small = MemoryLimits::of_machine(64 << 20);
  REQUIRE(small.clients == 16 << 20);
  auto large = MemoryLimits::of_machine(uint64_t{64} << 30);
  REQUIRE(large.clients == uint64_t{12} << 30);
  REQUIRE(large.clients + large.replication + large.control == uint64_t{16} << 30);
  REQUIRE(usable_memory() > 1 << 20);
}
