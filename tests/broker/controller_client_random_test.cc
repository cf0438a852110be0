#include "tests/testing.h"

#include <algorithm>

#include "base/random.h"
#include "tests/broker/controller_client_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Requests that are named by numbers in the order in which they are made, and nodes that do anything.
struct Chaos : ControllerClientFixture {
  explicit Chaos(uint64_t seed) : random(seed) {
    settings.in_flight_max = 1 + random.below(3);
    settings.held_max = 20;
    peers.on_send = [this](const std::string& body) { check_order(std::stoi(body)); };
  }

  void send_one() {
    const int id = next_id++;
    open[id] = random.one_in(3) ? ControllerRequest::kNever
                                : clock.now + 1 + static_cast<int64_t>(random.below(400));
    ControllerRequest one = request(std::to_string(id));
    one.deadline_ms = open[id];
    one.retries = !random.one_in(5);
    client().send(std::move(one), [this, id](const auto& result) {
      REQUIRE(open.erase(id) == 1);
      done += result ? 1 : 0;
    });
    loop.run();  // who is refused is told
  }
  // With one in flight, nobody is sent again when somebody behind him was.
  void check_order(int id) {
    REQUIRE(peers.in_flight() <= settings.in_flight_max);
    REQUIRE((id >= last_sent || settings.in_flight_max > 1));
    last_sent = id;
  }
  // As peers do, whose connection ends with a request that is late.
  void time_out() {
    for (const auto& wire : std::vector(peers.wires)) {
      const auto is_late = [&](const auto& one) { return one.deadline_ms <= clock.now; };
      if (std::ranges::none_of(wire->asked, is_late)) continue;
      auto asked = std::exchange(wire->asked, {});
      for (auto& one : asked) {
        if (!wire->is_gone) one.answered(Error{PeerFailure{PeerFailure::What::kTimedOut, "late"}});
      }
    }
  }
  void step() {
    const uint64_t what = random.below(100);
    if (what < 35) return send_one();
    if (what < 55) return peers.in_flight() > 0 ? answer() : void();
    if (what < 65) return peers.in_flight() > 0 ? refuse() : void();
    if (what < 70) return peers.close_all();
    if (what < 75) return client().on_leader(std::nullopt);
    if (what < 82) return client().on_leader(node(1 + static_cast<int32_t>(random.below(3)), ++epoch));
    loop.advance(static_cast<int64_t>(random.below(120)));
    time_out();
  }
  void heal() {
    client().on_leader(node(1, ++epoch));
    for (int i = 0; i < 200 && !open.empty(); ++i) {
      while (peers.in_flight() > 0) answer();
      loop.advance(60);
      time_out();
    }
    loop.advance(1'000);
  }

  SeededRandom random;
  int next_id = 0;
  int last_sent = 0;
  int32_t epoch = 1;
  int done = 0;
  std::map<int, int64_t> open;  // to their deadlines
};

}  // namespace

TEST_CASE("every request to the controller is answered once and in turn, whatever its nodes do") {
  int done = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Chaos chaos(seed);
    for (int i = 0; i < 300; ++i) chaos.step();
    chaos.heal();
    REQUIRE(chaos.open.empty());
    REQUIRE(chaos.loop.timers() == 0);
    done += chaos.done;
  }
  REQUIRE(done > 10'000);
}
