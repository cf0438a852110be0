// Whole nodes among which replicas move, and whose feature levels change, while they run.
#include "tests/testing.h"

#include <algorithm>

#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"
#include "tests/broker/node_cluster.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kTopic = "orders";
constexpr int64_t kPatienceMs = 60'000;

struct Moves : NodeCluster {
  Moves() {
    start_all();
    advance(5'000);  // brokers listen once they are unfenced, and are connected to soon after
  }

  void create_on(const std::vector<int32_t>& replicas) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = kTopic;
    topic.num_partitions = -1;
    topic.replication_factor = -1;
    topic.assignments.emplace_back().broker_ids = replicas;
    request.timeout_ms = 10'000;
    REQUIRE(call<protocol::CreateTopicsResponse>(at(1), request, 7).topics.at(0).error_code == 0);
    REQUIRE(wait_for([&] { return is_on(replicas); }));
  }
  // Of the request or its partition. Without replicas a move is called off.
  int16_t alter(ClusterNode& node, std::optional<std::vector<int32_t>> wanted) {
    protocol::AlterPartitionReassignmentsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = kTopic;
    topic.partitions.emplace_back().replicas = std::move(wanted);
    const auto response = call<protocol::AlterPartitionReassignmentsResponse>(node, request, 1);
    if (response.error_code != 0) return response.error_code;
    return response.responses.at(0).partitions.at(0).error_code;
  }
  // How many partitions are moved.
  size_t moving(ClusterNode& node) {
    const auto response = call<protocol::ListPartitionReassignmentsResponse>(
        node, protocol::ListPartitionReassignmentsRequest{}, 0);
    REQUIRE(response.error_code == 0);
    return response.topics.size();
  }
  ErrorCode produce() {
    const auto state = newest(kTopic);
    if (!state || !state->has_leader() || !at(state->leader.value).serves())
      return ErrorCode::kLeaderNotAvailable;
    protocol::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 5'000;
    auto& data = request.topic_data.emplace_back();
    data.name = kTopic;
    data.partition_data.emplace_back().records = protocol::Records{batch};
    const auto response = call<protocol::ProduceResponse>(at(state->leader.value), request, 9);
    return static_cast<ErrorCode>(response.responses.at(0).partition_responses.at(0).error_code);
  }
  // That nothing moves any more, and these have it.
  bool is_on(const std::vector<int32_t>& replicas) {
    const auto state = newest(kTopic);
    return state && !state->is_reassigning() && numbers_of(state->replicas) == replicas;
  }
  std::string log_of(int32_t number) {
    return at(number).disk.text("/d/" + std::string(kTopic) + "-0/00000000000000000000.log");
  }
  // The directories of the partition, under whatever names.
  std::vector<std::string> directories_on(int32_t number) {
    auto names = at(number).disk.list("/d");
    REQUIRE(names.ok());
    std::vector<std::string> found;
    for (const std::string& name : *names) {
      if (name.starts_with(kTopic)) found.push_back(name);
    }
    return found;
  }
  int16_t level_of(int32_t number, std::string_view feature) {
    return at(number).node->images().get()->features().level_of(feature);
  }

  const Bytes batch = storage::TestBatch{}.bytes();
};

}  // namespace

TEST_CASE_METHOD(Moves, "a partition moves to another broker while it is produced to") {
  create_on({1, 2});
  size_t acknowledged = 0;
  REQUIRE(produce() == ErrorCode::kNone);
  REQUIRE(alter(at(3), std::vector<int32_t>{2, 3}) == 0);
  const bool moved = wait_for(
      [&] {
        acknowledged += produce() == ErrorCode::kNone ? 1 : 0;
        return is_on({2, 3});
      },
      kPatienceMs);
  REQUIRE(moved);
  REQUIRE(wait_for([&] { return produce() == ErrorCode::kNone; }, kPatienceMs));
  REQUIRE(newest(kTopic)->leader == NodeId{2});
  REQUIRE(moving(at(1)) == 0);
  REQUIRE(wait_for([&] { return log_of(2) == log_of(3); }, kPatienceMs));
  REQUIRE(log_of(3).size() >= (acknowledged + 2) * batch.size());
  // Whoever has it no more deletes it, after file.delete.delay.ms.
  REQUIRE(wait_for([&] { return !at(1).disk.exists("/d/orders-0"); }));
  advance(120'000);
  REQUIRE(directories_on(1).empty());
}

TEST_CASE_METHOD(Moves, "the only replica moves away from its leader") {
  create_on({1});
  REQUIRE(produce() == ErrorCode::kNone);
  const std::string before = log_of(1);
  REQUIRE(alter(at(2), std::vector<int32_t>{3}) == 0);
  REQUIRE(wait_for([&] { return is_on({3}); }, kPatienceMs));
  REQUIRE(newest(kTopic)->leader == NodeId{3});
  REQUIRE(log_of(3) == before);
  REQUIRE(wait_for([&] { return produce() == ErrorCode::kNone; }, kPatienceMs));
}

TEST_CASE_METHOD(Moves, "a move to a broker that is not there waits, and is called off") {
  create_on({1, 2});
  REQUIRE(produce() == ErrorCode::kNone);
  at(3).kill();
  REQUIRE(wait_for([&] { return active() != nullptr; }, kPatienceMs));
  REQUIRE(alter(at(1), std::vector<int32_t>{1, 3}) == 0);
  advance(5'000);
  REQUIRE(moving(at(1)) == 1);
  REQUIRE(moving(at(2)) == 1);
  REQUIRE(produce() == ErrorCode::kNone);
  REQUIRE(alter(at(2), std::nullopt) == 0);
  REQUIRE(wait_for([&] { return is_on({1, 2}); }, kPatienceMs));
  REQUIRE(alter(at(2), std::nullopt) == 85);
  at(3).start();
  REQUIRE(wait_for([&] { return is_whole(); }, kPatienceMs));
  REQUIRE(directories_on(3).empty());
}

TEST_CASE_METHOD(Moves, "a move goes on when the broker comes that it is to") {
  create_on({1, 2});
  REQUIRE(produce() == ErrorCode::kNone);
  at(3).kill();
  REQUIRE(wait_for([&] { return active() != nullptr; }, kPatienceMs));
  REQUIRE(alter(at(1), std::vector<int32_t>{1, 3}) == 0);
  advance(1'000);
  at(3).start();
  REQUIRE(wait_for([&] { return is_on({1, 3}); }, kPatienceMs));
  REQUIRE(log_of(3) == log_of(1));
}

TEST_CASE_METHOD(Moves, "a broker that was away while its replica left keeps the log as a stray") {
  create_on({1, 2});
  REQUIRE(produce() == ErrorCode::kNone);
  at(2).kill();
  REQUIRE(wait_for([&] { return active() != nullptr; }, kPatienceMs));
  REQUIRE(alter(at(1), std::vector<int32_t>{1, 3}) == 0);
  REQUIRE(wait_for([&] { return is_on({1, 3}); }, kPatienceMs));
  at(2).start();
  REQUIRE(wait_for([&] { return is_whole(); }, kPatienceMs));
  REQUIRE(wait_for([&] {
    const auto found = directories_on(2);
    return found.size() == 1 && found[0].ends_with("-stray");
  }));
}

TEST_CASE_METHOD(Moves, "feature levels go down and up again on all nodes") {
  constexpr std::string_view kFeature = "group.version";
  const auto update = [&](int16_t level, int8_t type) {
    protocol::UpdateFeaturesRequest request;
    request.feature_updates.push_back(
        {.feature = kFeature, .max_version_level = level, .upgrade_type = type});
    return call<protocol::UpdateFeaturesResponse>(at(2), request, 2).error_code;
  };
  const auto is_at = [&](int16_t level) {
    return wait_for([&] {
      return std::ranges::all_of(
          nodes, [&](const auto& node) { return level_of(node->id.value, kFeature) == level; });
    });
  };
  REQUIRE(is_at(1));
  REQUIRE(update(0, 1) == 95);
  REQUIRE(update(0, 2) == 0);
  REQUIRE(is_at(0));
  REQUIRE(update(1, 1) == 0);
  REQUIRE(is_at(1));
  REQUIRE(update(2, 1) == 95);
}
