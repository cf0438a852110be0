#include "tests/testing.h"

#include "broker/controller/name_collisions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

TopicsImage topics_of(const std::vector<std::string>& names) {
  ClusterImage image;
  uint64_t number = 0;
  for (const std::string& name : names) {
    if (image.topics().find(name) == nullptr) REQUIRE(image.apply(topic(name, ++number)));
  }
  return image.topics();
}

std::string looked_up(const TopicsImage& topics, std::string_view name) {
  return std::string(colliding_topic(topics, name).value_or("none"));
}

std::string colliding(const std::vector<std::string>& names, std::string_view name) {
  return looked_up(topics_of(names), name);
}

// The same, by looking at all.
std::string found_among_all(const TopicsImage& topics, std::string_view name) {
  const auto unified = [](std::string_view text) {
    std::string all(text);
    std::replace(all.begin(), all.end(), '.', '_');
    return all;
  };
  for (const auto& [other, id] : topics.by_name()) {
    if (unified(other) == unified(name)) return other;
  }
  return "none";
}

}  // namespace

TEST_CASE("names that differ in dots and underscores alone collide") {
  REQUIRE(colliding({"a.b"}, "a_b") == "a.b");
  REQUIRE(colliding({"a_b"}, "a.b") == "a_b");
  REQUIRE(colliding({"x", "a_b.c", "y"}, "a.b_c") == "a_b.c");
  REQUIRE(colliding({"a.b"}, "a.b") == "a.b");
}

TEST_CASE("names that differ otherwise do not collide") {
  REQUIRE(colliding({"a-b", "ab", "a.b.c", "a.", "b.a"}, "a_b") == "none");
  REQUIRE(colliding({}, "a_b") == "none");
  REQUIRE(colliding({"ab"}, "ac") == "none");
}

TEST_CASE("of several that collide it is the first by name") {
  REQUIRE(colliding({"a_b_c", "a_b.c", "a.b_c"}, "a.b.c") == "a.b_c");
}

TEST_CASE("names of a log that Kafka would not allow are passed by") {
  REQUIRE(colliding({"a\xC3\xA9", "a\x01", "a/b", "\xFF"}, "a.b") == "none");
  REQUIRE(colliding({"a\xC3\xA9", "a_b", "\x01"}, "a.b") == "a_b");
}

TEST_CASE("a look-up finds what looking at all of the names does") {
  SeededRandom random(5);
  const auto any_name = [&] {
    std::string name;
    for (uint64_t left = 1 + random.below(6); left > 0; --left) name += "._-ab\xE9"[random.below(6)];
    return name;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> names;
    for (uint64_t left = random.below(60); left > 0; --left) names.push_back(any_name());
    const TopicsImage topics = topics_of(names);
    for (int i = 0; i < 10; ++i) {
      const std::string name = any_name();
      CAPTURE(round, name);
      REQUIRE(looked_up(topics, name) == found_among_all(topics, name));
    }
  }
}
