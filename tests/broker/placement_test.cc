#include "tests/testing.h"

#include "broker/controller/placement.h"

#include <algorithm>
#include <set>

#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Placing {
  std::vector<MetadataRecord> records;
  BrokerLoads loads;  // before anything is placed
  SeededRandom random{7};

  Placing& broker(int32_t number, std::optional<std::string_view> rack = std::nullopt, bool fenced = false) {
    auto record = testing::broker(number % 5, number);
    record.broker_id = number;
    record.rack = rack;
    record.fenced = fenced;
    records.push_back(record);
    return *this;
  }
  // Partitions that are led by the first of them.
  Placing& partitions_on(int count, const std::vector<NodeId>& replicas) {
    for (int i = 0; i < count; ++i) loads.add(replicas);
    return *this;
  }
  Assignments place(size_t count, size_t factor) {
    auto placed = place_replicas(image_of(records), loads, random, count, factor);
    REQUIRE(placed.ok());
    REQUIRE(placed->size() == count);
    for (const auto& replicas : *placed) {
      REQUIRE(replicas.size() == factor);
      REQUIRE(std::set<NodeId>(replicas.begin(), replicas.end()).size() == factor);
    }
    return *placed;
  }
  std::string refusal(size_t factor) {
    auto placed = place_replicas(image_of(records), loads, random, 1, factor);
    REQUIRE_FALSE(placed.ok());
    return placed.error().message;
  }
  enum class Looking { kAtLoads, kAtNothing };
  // What brokers have when so many topics have been made, each of as many partitions.
  BrokerLoads after(int topics, size_t partitions, size_t factor, Looking looking = Looking::kAtLoads) {
    const ClusterImage image = image_of(records);
    BrokerLoads made = loads;
    for (int i = 0; i < topics; ++i) {
      const BrokerLoads seen = looking == Looking::kAtLoads ? made : BrokerLoads();
      const auto placed = place_replicas(image, seen, random, partitions, factor);
      REQUIRE(placed.ok());
      for (const auto& replicas : *placed) made.add(replicas);
    }
    return made;
  }
  // From the broker that has least to the one that has most.
  int64_t spread(const BrokerLoads& made, int64_t BrokerLoad::*what) const {
    std::vector<int64_t> all;
    for (const MetadataRecord& record : records) {
      const BrokerLoad load = made.of(NodeId{std::get<protocol::RegisterBrokerRecord>(record).broker_id});
      all.push_back(load.*what);
    }
    const auto [least, most] = std::ranges::minmax(all);
    return most - least;
  }
  // How many of `placed` have `id` at position `at`.
  static size_t times(const Assignments& placed, int32_t id, size_t at) {
    size_t count = 0;
    for (const auto& replicas : placed) count += replicas[at] == NodeId{id} ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(Placing, "without racks leaders go around the brokers") {
  broker(1).broker(2).broker(3);
  auto placed = place(9, 2);
  for (int32_t id : {1, 2, 3}) REQUIRE(times(placed, id, 0) == 3);
}

TEST_CASE_METHOD(Placing, "leaders go around the brokers where each of them has a replica, too") {
  broker(1).broker(2).broker(3);
  const auto placed = place(9, 3);
  for (size_t at : {0, 1, 2}) {
    for (int32_t id : {1, 2, 3}) REQUIRE(times(placed, id, at) == 3);
  }
}

TEST_CASE_METHOD(Placing, "replicas are spread over the racks, and leaders too") {
  broker(1, "a").broker(2, "a").broker(3, "b").broker(4, "b");
  auto placed = place(8, 2);
  auto rack = [](NodeId id) { return id.value <= 2 ? 'a' : 'b'; };
  size_t led_in_a = 0;
  for (const auto& replicas : placed) {
    REQUIRE(rack(replicas[0]) != rack(replicas[1]));
    led_in_a += rack(replicas[0]) == 'a' ? 1 : 0;
  }
  REQUIRE(led_in_a == 4);
}

TEST_CASE_METHOD(Placing, "a fenced broker never leads and comes last, when the others are used up") {
  broker(1).broker(2, std::nullopt, true).broker(3);
  for (const auto& replicas : place(6, 2)) REQUIRE((replicas[0].value != 2 && replicas[1].value != 2));
  for (const auto& replicas : place(6, 3)) REQUIRE(replicas[2] == NodeId{2});
}

TEST_CASE_METHOD(Placing, "a rack of fenced brokers leads nothing") {
  broker(1, "a").broker(2, "b", true);
  for (const auto& replicas : place(4, 2)) REQUIRE(replicas[0] == NodeId{1});
}

TEST_CASE_METHOD(Placing, "what cannot be placed says why") {
  broker(1, std::nullopt, true);
  REQUIRE(refusal(1) == "All brokers are currently fenced, or have all their log directories cordoned.");
  broker(2);
  REQUIRE(refusal(3).find("only 2 broker(s) are registered") != std::string::npos);
}

TEST_CASE_METHOD(Placing, "who is going, or has cordoned all of its directories, gets nothing") {
  broker(1).broker(2).broker(3);
  std::get<protocol::RegisterBrokerRecord>(records[1]).in_controlled_shutdown = true;
  auto& cordoned = std::get<protocol::RegisterBrokerRecord>(records[2]);
  cordoned.log_dirs = {id(1), id(2)};
  cordoned.cordoned_log_dirs = std::vector{id(1)};
  const auto placed = place(4, 2);
  REQUIRE(times(placed, 2, 0) + times(placed, 2, 1) == 0);
  cordoned.cordoned_log_dirs = std::vector{id(2), id(1)};
  REQUIRE(place(1, 1)[0][0] == NodeId{1});
  REQUIRE(refusal(2).find("only 1 broker(s) are registered or some brokers have all") != std::string::npos);
}

TEST_CASE_METHOD(Placing, "a new replica is in its broker's only directory, or the broker chooses") {
  broker(1).broker(2);
  std::get<protocol::RegisterBrokerRecord>(records[1]).log_dirs = {id(1), id(2)};
  auto image = image_of(records);
  REQUIRE(directory_for(image, NodeId{1}) == id(901));
  REQUIRE(directory_for(image, NodeId{2}) == kUnassignedDirectory);
  REQUIRE(directory_for(image, NodeId{9}) == kUnassignedDirectory);
}

// ---- by load ----

TEST_CASE_METHOD(Placing, "topics of one partition are spread far more evenly than by chance") {
  for (int32_t number = 1; number <= 10; ++number) broker(number);
  const BrokerLoads made = after(1000, 1, 3);
  REQUIRE(spread(made, &BrokerLoad::leads) <= 6);
  REQUIRE(spread(made, &BrokerLoad::holds) <= 8);
  const BrokerLoads by_chance = after(1000, 1, 3, Looking::kAtNothing);
  REQUIRE(spread(by_chance, &BrokerLoad::leads) >= 18);
  REQUIRE(spread(by_chance, &BrokerLoad::holds) >= 18);
}

TEST_CASE_METHOD(Placing, "in racks of different sizes brokers lead as much as each other, too") {
  broker(1, "a").broker(2, "a").broker(3, "b").broker(4, "b").broker(5, "b").broker(6, "b");
  REQUIRE(spread(after(1000, 1, 2), &BrokerLoad::leads) <= 8);
  REQUIRE(spread(after(1000, 1, 2, Looking::kAtNothing), &BrokerLoad::leads) >= 80);
  for (int i = 0; i < 20; ++i) {
    const std::vector<NodeId> replicas = place(1, 2).front();
    REQUIRE((replicas[0].value <= 2) != (replicas[1].value <= 2));
  }
}

TEST_CASE_METHOD(Placing, "a new broker gets more than the others, and not all") {
  for (int32_t number = 1; number <= 4; ++number) broker(number);
  for (int32_t number = 1; number <= 3; ++number) partitions_on(1000, {NodeId{number}});
  const BrokerLoads made = after(400, 1, 1);
  REQUIRE(made.of(NodeId{4}).leads > 130);
  REQUIRE(made.of(NodeId{4}).leads < 230);
}

TEST_CASE_METHOD(Placing, "what is left over of a topic's partitions goes to who leads less") {
  broker(1).broker(2).broker(3);
  REQUIRE(spread(after(900, 4, 3), &BrokerLoad::leads) <= 6);
  REQUIRE(spread(after(900, 4, 3, Looking::kAtNothing), &BrokerLoad::leads) >= 12);
}

TEST_CASE_METHOD(Placing, "of those who lead as much as each other it is who holds less") {
  broker(1).broker(2).broker(3).partitions_on(10, {NodeId{9}, NodeId{1}});
  size_t times_first = 0;
  for (int i = 0; i < 90; ++i) times_first += times(place(1, 1), 1, 0);
  REQUIRE(times_first < 22);
}

TEST_CASE_METHOD(Placing, "the same loads and the same random numbers give the same placement") {
  for (int32_t number = 1; number <= 7; ++number) broker(number, number < 4 ? "a" : "b");
  partitions_on(3, {NodeId{2}, NodeId{5}});
  const Assignments placed = place(20, 3);
  random = SeededRandom(7);
  REQUIRE(place(20, 3) == placed);
}
