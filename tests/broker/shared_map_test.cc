#include "tests/testing.h"

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/metadata/shared_map.h"

namespace klamm::broker {
namespace {

using Map = SharedMap<int, int>;
using Model = std::map<int, int>;

Model content(const Map& map) {
  Model model;
  for (const auto& [key, value] : map) {
    REQUIRE((model.empty() || model.rbegin()->first < key));
    model.emplace(key, value);
  }
  return model;
}

// A key and how many comparisons all keys have gone through: the count shows what is skipped.
struct CountedKey {
  int value;
  static inline int64_t comparisons = 0;
  friend bool operator<(const CountedKey& a, const CountedKey& b) {
    ++comparisons;
    return a.value < b.value;
  }
};

void change_at_random(Map& map, Model& model, Random& random, int keys) {
  const int key = static_cast<int>(random.below(keys));
  if (random.one_in(3)) {
    REQUIRE(map.erase(key) == (model.erase(key) == 1));
  } else {
    const int value = static_cast<int>(random.below(1000));
    map.set(key, value);
    model[key] = value;
  }
}

// What differs, by the model: key -> (before, after), -1 for absent.
std::map<int, std::pair<int, int>> model_diff(const Model& before, const Model& after) {
  std::map<int, std::pair<int, int>> changes;
  for (auto [key, value] : before) changes[key] = {value, -1};
  for (auto [key, value] : after) {
    auto [at, added] = changes.try_emplace(key, -1, -1);
    at->second.second = value;
  }
  std::erase_if(changes, [](const auto& change) { return change.second.first == change.second.second; });
  return changes;
}

std::map<int, std::pair<int, int>> map_diff(const Map& before, const Map& after) {
  std::map<int, std::pair<int, int>> changes;
  Map::diff(before, after, [&](const Map::Change& change) {
    const int old_value = change.before ? change.before->second : -1;
    const int new_value = change.after ? change.after->second : -1;
    REQUIRE((changes.empty() || changes.rbegin()->first < change.key()));
    if (old_value != new_value) changes[change.key()] = {old_value, new_value};
  });
  return changes;
}

}  // namespace

TEST_CASE("A walk visits what is not below its key, in order, until it is told to stop") {
  Map map;
  for (int key = 0; key < 100; ++key) map.set(key * 7 % 100 * 2, key);
  const auto walked = [&](int from, size_t count) {
    std::vector<int> keys;
    map.walk_from(from, [&](const auto& entry) {
      keys.push_back(entry.first);
      return keys.size() < count;
    });
    return keys;
  };
  REQUIRE(walked(50, 3) == std::vector<int>{50, 52, 54});
  REQUIRE(walked(51, 2) == std::vector<int>{52, 54});
  REQUIRE(walked(195, 9) == std::vector<int>{196, 198});
  REQUIRE(walked(199, 9).empty());
  REQUIRE(walked(-1, 200).size() == 100);
}

TEST_CASE("A shared map holds what std::map holds after any series of changes") {
  SeededRandom random(1);
  for (int keys : {1, 2, 5, 40, 600}) {
    Map map;
    Model model;
    for (int step = 0; step < 3000; ++step) {
      change_at_random(map, model, random, keys);
      REQUIRE(map.size() == model.size());
      if (step % 50 == 0) REQUIRE(content(map) == model);
    }
    for (int key = -1; key <= keys; ++key) {
      const int* found = map.find(key);
      REQUIRE((found != nullptr) == model.contains(key));
      if (found) REQUIRE(*found == model[key]);
    }
  }
}

TEST_CASE("A copy of a shared map keeps its content whatever happens to the original") {
  SeededRandom random(2);
  Map map;
  Model model;
  std::vector<std::pair<Map, Model>> kept;
  for (int step = 0; step < 1000; ++step) {
    change_at_random(map, model, random, 100);
    if (step % 20 == 0) kept.emplace_back(map, model);
  }
  for (const auto& [old_map, old_model] : kept) REQUIRE(content(old_map) == old_model);
}

TEST_CASE("The difference of two shared maps is exactly what differs, in order") {
  SeededRandom random(3);
  for (int round = 0; round < 300; ++round) {
    Map map;
    Model model;
    for (uint64_t n = random.below(200); n > 0; --n) change_at_random(map, model, random, 150);
    const Map before = map;
    const Model model_before = model;
    for (uint64_t n = random.below(40); n > 0; --n) change_at_random(map, model, random, 150);
    REQUIRE(map_diff(before, map) == model_diff(model_before, model));
    REQUIRE(map_diff(map, before) == model_diff(model, model_before));
  }
}

TEST_CASE("Two shared maps that were built apart can be compared as well") {
  Map one, other;
  for (int key = 0; key < 100; ++key) one.set(key, key);
  for (int key = 99; key >= 1; --key) other.set(key, key == 50 ? 0 : key);
  REQUIRE(map_diff(one, other) == std::map<int, std::pair<int, int>>{{0, {0, -1}}, {50, {50, 0}}});
}

TEST_CASE("Comparing two large shared maps that differ in a few keys touches only a few of their nodes") {
  SharedMap<CountedKey, int> map;
  for (int key = 0; key < 30'000; ++key) map.set({key}, key);
  auto changed = map.with({13'337}, -1).without(CountedKey{20'000}).with({30'001}, 1);
  int changes = 0;
  const size_t steps = SharedMap<CountedKey, int>::diff(map, changed, [&](const auto&) { ++changes; });
  REQUIRE(changes == 3);
  // Three paths down two trees of height 17, some three parts on each level; there are 30,000 keys.
  REQUIRE(steps < 2 * 3 * 17 * 3);
}

TEST_CASE("A shared map of many keys stays as flat as a balanced tree") {
  SharedMap<CountedKey, int> map;
  for (int key = 0; key < 30'000; ++key) map.set({key}, key);
  CountedKey::comparisons = 0;
  REQUIRE(map.contains(CountedKey{29'999}));
  // 1.44 log2 n levels at most, two comparisons on each.
  REQUIRE(CountedKey::comparisons <= 2 * 22);
}

TEST_CASE("A lower bound starts the walk at the first key that is not less") {
  SharedMap<std::string, int> map;
  for (const char* key : {"b", "d", "f"}) map.set(key, 0);
  const auto first_from = [&](std::string_view key) {
    auto at = map.lower_bound(key);
    return at == map.end() ? std::string("end") : at->first;
  };
  REQUIRE(first_from("a") == "b");
  REQUIRE(first_from("d") == "d");
  REQUIRE(first_from("e") == "f");
  REQUIRE(first_from("g") == "end");
}

TEST_CASE("Taking a key out that is not there gives the very same map") {
  const Map map = Map().with(1, 1);
  REQUIRE(map.without(2).same_as(map));
}

}  // namespace klamm::broker
