#include "tests/testing.h"

#include "broker/lane.h"

#include <string>

#include "tests/broker/fake_loop.h"

using namespace klamm::broker;
using namespace klamm::broker::testing;

TEST_CASE("a lane runs its tasks one at a time, in the order in which they came") {
  FakeWorkers workers;
  Lane lane(workers);
  std::string ran;
  lane.run([&] { ran += 'a'; });
  lane.run([&] {
    ran += 'b';
    lane.run([&] { ran += 'd'; });
  });
  lane.run([&] { ran += 'c'; });
  REQUIRE(workers.tasks.size() == 1);
  while (workers.run_one()) REQUIRE(workers.tasks.size() <= 1);
  REQUIRE(ran == "abcd");
}

TEST_CASE("a lane that was idle begins again, and its tasks may outlive it") {
  FakeWorkers workers;
  std::string ran;
  {
    Lane lane(workers);
    lane.run([&] { ran += 'a'; });
    while (workers.run_one()) continue;
    lane.run([&] { ran += 'b'; });
  }
  while (workers.run_one()) continue;
  REQUIRE(ran == "ab");
}
