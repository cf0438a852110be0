// CrashWatch against a model that keeps the whole history of each broker and reads the rule off it.
#include "tests/testing.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/random.h"
#include "broker/crash_watch.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

enum class What { kTermBegins, kWatched, kHeartbeat, kConnected, kRefused, kFailed, kClosed };

struct Event {
  int64_t at_ms;
  What what;
};
using History = std::vector<Event>;

// Whether there is a doubt at the end of a history, until when it is not confirmed, and the refusals in a
// row.
struct Doubt {
  int64_t until_ms = 0;
  std::vector<int64_t> refused_ms;
};
std::optional<Doubt> doubt_of(const History& history) {
  std::optional<Doubt> doubt;
  for (const auto& [at_ms, what] : history) {
    if (what == What::kTermBegins) doubt = Doubt{at_ms + 300, {}};
    if (what == What::kClosed) doubt = Doubt{std::max(doubt ? doubt->until_ms : at_ms, at_ms), {}};
    if (what == What::kHeartbeat || what == What::kConnected) doubt.reset();
    if (what == What::kFailed && doubt) doubt->refused_ms.clear();
    if (what == What::kRefused && doubt) doubt->refused_ms.push_back(at_ms);
  }
  return doubt;
}

struct Chaos {
  explicit Chaos(uint64_t seed) : random(seed) {
    const auto count = static_cast<int32_t>(1 + random.below(6));
    for (int32_t number = 1; number <= count; ++number) {
      const NodeId id{number};
      brokers[id] = {++epoch, {"host", 9092}};
      // Otherwise it is only added in the term.
      if (!random.one_in(4)) begin[id] = brokers[id], histories[id] = {{0, What::kTermBegins}};
    }
    watch.emplace(begin, 0);
    follow();
  }

  void follow() {
    for (const NodeId id : watch->follow(brokers, now_ms)) trying.erase(id), connected.erase(id);
    for (const auto& [id, broker] : brokers) {
      if (!histories.contains(id)) histories[id] = {{now_ms, What::kWatched}};
    }
  }
  void note(NodeId id, What what) { histories[id].push_back({now_ms, what}); }
  NodeId any(const std::set<NodeId>& ids) {
    auto at = ids.begin();
    std::advance(at, static_cast<int64_t>(random.below(ids.size())));
    return *at;
  }
  NodeId any() {
    return std::next(brokers.begin(), static_cast<int64_t>(random.below(brokers.size())))->first;
  }

  // What the rule says of a refusal that has just come.
  bool has_crashed(NodeId id) {
    const auto doubt = doubt_of(histories[id]);
    size_t refusing = 0;
    for (const auto& [other, broker] : brokers) {
      const auto others = doubt_of(histories[other]);
      refusing += others && !others->refused_ms.empty() ? 1 : 0;
    }
    return doubt && now_ms - doubt->refused_ms.front() >= 100 && now_ms >= doubt->until_ms &&
           refusing * 2 <= brokers.size() + 1;
  }

  void refuse(NodeId id) {
    trying.erase(id);
    note(id, What::kRefused);
    const auto crash = watch->on_refused(id, now_ms);
    REQUIRE(crash.has_value() == has_crashed(id));
    if (!crash) return;
    ++crashes;
    REQUIRE(crash->epoch == brokers[id].epoch);
    if (random.one_in(2)) replace(id);
  }
  // It is fenced, and comes back in another epoch.
  void replace(NodeId id) {
    brokers.erase(id);
    histories.erase(id);
    follow();
    brokers[id] = {++epoch, {"host", 9092}};
    follow();
  }
  void answer(NodeId id) {
    const uint64_t what = random.below(10);
    if (what < 6) return refuse(id);
    trying.erase(id);
    if (what == 6) return note(id, What::kFailed), watch->on_failed(id, now_ms);
    if (what == 7) return note(id, What::kClosed), watch->on_closed(id, now_ms);
    connected.insert(id);
    note(id, What::kConnected);
    watch->on_connected(id, now_ms);
  }
  void step() {
    const uint64_t what = random.below(20);
    if (what < 10) return pass();
    if (what < 15) return trying.empty() ? void() : answer(any(trying));
    if (what < 17) {
      const NodeId id = any();
      return note(id, What::kHeartbeat), watch->on_heartbeat(id, brokers[id].epoch);
    }
    if (what < 19 && !connected.empty()) {
      const NodeId id = any(connected);
      connected.erase(id);
      return note(id, What::kClosed), watch->on_closed(id, now_ms);
    }
    if (random.one_in(10)) replace(any());
  }
  void pass() {
    now_ms += static_cast<int64_t>(random.below(60));
    for (const NodeId id : watch->take_due(now_ms)) REQUIRE(trying.insert(id).second);
    // Whoever is neither connected nor tried is waited for.
    REQUIRE(watch->next_deadline_ms().has_value() == (trying.size() + connected.size() < brokers.size()));
    if (const auto deadline_ms = watch->next_deadline_ms()) {
      REQUIRE(*deadline_ms > now_ms);
      REQUIRE(*deadline_ms <= now_ms + 5'000);
    }
  }

  SeededRandom random;
  CrashWatch::Brokers brokers, begin;
  std::map<NodeId, History> histories;
  std::set<NodeId> trying, connected;
  std::optional<CrashWatch> watch;
  int64_t now_ms = 0;
  int64_t epoch = 100;
  int crashes = 0;
};

}  // namespace

TEST_CASE("brokers have crashed when the rule, read off their whole history, says so") {
  int crashes = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Chaos chaos(seed);
    for (int i = 0; i < 1'000; ++i) chaos.step();
    crashes += chaos.crashes;
  }
  REQUIRE(crashes > 500);
}

TEST_CASE("a broker that sends heartbeats has not crashed, whatever becomes of connections to it") {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    Chaos chaos(seed);
    int64_t heartbeat_ms = 0;
    for (int i = 0; i < 1'000; ++i) {
      chaos.step();
      // Less than 100 ms go by between two.
      if (chaos.now_ms - heartbeat_ms < 40) continue;
      heartbeat_ms = chaos.now_ms;
      for (const auto& [id, broker] : chaos.brokers) {
        chaos.note(id, What::kHeartbeat);
        chaos.watch->on_heartbeat(id, broker.epoch);
      }
    }
    REQUIRE(chaos.crashes == 0);
  }
}
