#include "tests/testing.h"

#include <vector>

#include "bench/load/cluster.h"

using namespace klamm::bench;
using klamm::protocol::MetadataResponse;

namespace {

constexpr int16_t kLeaderNotAvailable = 5;
const Address kAsked{"asked", "9092", {}, "alice", "secret"};

struct Part {
  int32_t index;
  int32_t leader;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
};

// Broker n is at hostn:n.
MetadataResponse answer_of(const std::vector<int32_t>& brokers, const std::vector<Part>& partitions) {
  static const std::vector<std::string> kHosts = {"host0", "host1", "host2", "host3"};
  MetadataResponse response;
  for (int32_t id : brokers) {
    response.brokers.push_back({.node_id = id, .host = kHosts[static_cast<size_t>(id)], .port = id});
  }
  auto& topic = response.topics.emplace_back();
  for (const Part& part : partitions) {
    topic.partitions.push_back({.partition_index = part.index,
                                .leader_id = part.leader,
                                .replica_nodes = part.replicas,
                                .isr_nodes = part.isr});
  }
  return response;
}

View view_of_three(const std::vector<Part>& partitions) {
  return view_of(answer_of({1, 2, 3}, partitions), kAsked);
}

}  // namespace

TEST_CASE("brokers are where they say, and let the same user in; a cluster of one is where it was asked") {
  const View three = view_of_three({{0, 1, {1}, {1}}});
  REQUIRE(three.brokers.at(2).host == "host2");
  REQUIRE(three.brokers.at(2).port == "2");
  REQUIRE(three.brokers.at(2).user == "alice");
  const View one = view_of(answer_of({1}, {{0, 1, {1}, {1}}}), kAsked);
  REQUIRE(one.brokers.at(1).host == "asked");
}

TEST_CASE("partitions have their places whatever the order in which they are told") {
  const View view = view_of_three({{1, 2, {2, 3}, {2}}, {0, 1, {1, 2}, {1, 2}}});
  REQUIRE(view.partitions[0].leader == 1);
  REQUIRE(view.partitions[1].leader == 2);
  REQUIRE(view.partitions[1].replicas == std::vector<int32_t>{2, 3});
  REQUIRE(view.partitions[1].in_sync == 1);
}

TEST_CASE("a leader that is not among the brokers, or comes with an error, is none") {
  REQUIRE_FALSE(is_led_without(view_of(answer_of({1, 2}, {{0, 3, {3}, {3}}}), kAsked)));
  MetadataResponse response = answer_of({1, 2}, {{0, 1, {1}, {1}}});
  REQUIRE(is_led_without(view_of(response, kAsked)));
  response.topics[0].partitions[0].error_code = kLeaderNotAvailable;
  REQUIRE_FALSE(is_led_without(view_of(response, kAsked)));
}

TEST_CASE("a topic that is not known has no partitions, and nothing is so of it") {
  MetadataResponse response = answer_of({1, 2}, {{0, 1, {1}, {1}}});
  response.topics[0].error_code = 3;
  const View view = view_of(response, kAsked);
  REQUIRE(view.partitions.empty());
  REQUIRE_FALSE(is_led_without(view));
  REQUIRE_FALSE(is_in_sync(view));
  REQUIRE_FALSE(is_led_as_preferred(view));
}

TEST_CASE("a killed node's partitions are led when none names it any more") {
  const View before = view_of_three({{0, 1, {1, 2}, {1, 2}}, {1, 2, {2, 1}, {1, 2}}});
  REQUIRE(led_by(before, 1) == std::vector<int32_t>{0});
  REQUIRE_FALSE(is_led_without(before, 1));
  REQUIRE(is_led_without(view_of_three({{0, 2, {1, 2}, {2}}, {1, 2, {2, 1}, {2}}}), 1));
}

TEST_CASE("in sync and led as preferred are of all partitions") {
  const Part good{0, 1, {1, 2, 3}, {3, 2, 1}};
  REQUIRE(is_in_sync(view_of_three({good})));
  REQUIRE(is_led_as_preferred(view_of_three({good})));
  const View view = view_of_three({good, {1, 3, {2, 3, 1}, {1, 3}}});
  REQUIRE_FALSE(is_in_sync(view));
  REQUIRE_FALSE(is_led_as_preferred(view));
}

TEST_CASE("leaders have the partitions that were asked for, and no others") {
  const View view = view_of_three({{0, 3, {3}, {3}}, {1, 1, {1}, {1}}, {2, 3, {3}, {3}}, {3, 2, {2}, {2}}});
  const std::vector<int32_t> some = {0, 1, 2};
  const auto leaders = leaders_of(view, some);
  REQUIRE(leaders.size() == 2);
  REQUIRE(leaders[0].address.host == "host1");
  REQUIRE(leaders[0].partitions == std::vector<int32_t>{1});
  REQUIRE(leaders[1].partitions == std::vector<int32_t>{0, 2});
  REQUIRE(all_partitions(view) == std::vector<int32_t>{0, 1, 2, 3});
}

TEST_CASE("a look at many partitions is followed by a rest that is longer, and one at few by the least") {
  REQUIRE(rest_of(20'000'000, 5'000'000, 4) == 80'000'000);
  REQUIRE(rest_of(20'000'000, 5'000'000, 1) == 20'000'000);
  REQUIRE(rest_of(100'000, 5'000'000, 4) == 5'000'000);
}
