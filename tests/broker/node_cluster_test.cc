// Whole nodes together: a quorum, brokers that it counts on, and replicas.
#include "tests/testing.h"

#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/node_cluster.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

struct Cluster : NodeCluster {
  explicit Cluster(const std::string& settings = "min.insync.replicas=2\n") : NodeCluster(3, settings) {}

  int16_t create(ClusterNode& node, std::string_view name, int16_t replicas = 3) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = 1;
    topic.replication_factor = replicas;
    request.timeout_ms = 10'000;
    return call<protocol::CreateTopicsResponse>(node, request, 7).topics.at(0).error_code;
  }
  ClusterNode& leader_of(std::string_view topic) {
    REQUIRE(wait_for([&] {
      ClusterNode* any = active();
      if (any == nullptr) return false;
      const auto state = partition(*any, topic);
      return state && state->has_leader() && at(state->leader.value).runs();
    }));
    return at(partition(*active(), topic)->leader.value);
  }
  ErrorCode produce(ClusterNode& node, std::string_view topic, int16_t acks = -1) {
    const Bytes batch = storage::TestBatch{}.bytes();
    protocol::ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 5'000;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    auto& part = data.partition_data.emplace_back();
    part.records = protocol::Records{batch};
    auto response = call<protocol::ProduceResponse>(node, request, 9);
    return static_cast<ErrorCode>(response.responses.at(0).partition_responses.at(0).error_code);
  }
  // What a client hears that asks for a topic, which is created if it is not there.
  int16_t ask_for(ClusterNode& node, std::string_view topic) {
    protocol::MetadataRequest request;
    request.topics.emplace().emplace_back().name = topic;
    request.allow_auto_topic_creation = true;
    return call<protocol::MetadataResponse>(node, request, 9).topics.at(0).error_code;
  }
  size_t in_sync(std::string_view topic) {
    const auto state = active() == nullptr ? std::nullopt : partition(*active(), topic);
    return state ? state->isr.size() : 0;
  }
  std::string log_of(ClusterNode& node, std::string_view topic) {
    return node.disk.text("/d/" + std::string(topic) + "-0/00000000000000000000.log");
  }
};

}  // namespace

TEST_CASE_METHOD(Cluster, "three nodes from cold find a controller, which counts on all of them") {
  start_all();
  REQUIRE(active() != nullptr);
  for (auto& node : nodes) REQUIRE_FALSE(node->fenced);
}

TEST_CASE_METHOD(Cluster, "any broker takes what is the controller's") {
  start_all();
  for (int32_t number = 1; number <= 3; ++number)
    REQUIRE(create(at(number), "t" + std::to_string(number)) == 0);
  for (auto& node : nodes) REQUIRE(wait_for([&] { return partition(*node, "t2").has_value(); }));
}

TEST_CASE_METHOD(Cluster, "what is acknowledged is on all that are in sync") {
  start_all();
  REQUIRE(create(at(1), "orders") == 0);
  ClusterNode& leader = leader_of("orders");
  REQUIRE(produce(leader, "orders") == ErrorCode::kNone);
  for (auto& node : nodes) REQUIRE(log_of(*node, "orders") == log_of(leader, "orders"));
}

TEST_CASE_METHOD(Cluster, "when a leader dies another one in sync leads, with all that was acknowledged") {
  start_all();
  REQUIRE(create(at(1), "orders") == 0);
  ClusterNode& old = leader_of("orders");
  REQUIRE(produce(old, "orders") == ErrorCode::kNone);
  const std::string acknowledged = log_of(old, "orders");
  old.kill();
  ClusterNode& leader = leader_of("orders");
  REQUIRE(log_of(leader, "orders") == acknowledged);
  REQUIRE(wait_for([&] { return produce(leader, "orders") == ErrorCode::kNone; }));
}

TEST_CASE_METHOD(Cluster, "who comes back catches up and is in sync again") {
  start_all();
  REQUIRE(create(at(1), "orders") == 0);
  ClusterNode& leader = leader_of("orders");
  ClusterNode& away = at(leader.id.value % 3 + 1);
  away.kill();
  REQUIRE(wait_for([&] { return in_sync("orders") == 2; }, 60'000));
  REQUIRE(produce(leader_of("orders"), "orders") == ErrorCode::kNone);
  away.start();
  REQUIRE(wait_for([&] { return in_sync("orders") == 3; }, 60'000));
  REQUIRE(log_of(away, "orders") == log_of(leader_of("orders"), "orders"));
}

TEST_CASE_METHOD(Cluster, "with too few in sync nothing is acknowledged by all") {
  start_all();
  REQUIRE(create(at(1), "orders") == 0);
  ClusterNode& leader = leader_of("orders");
  // Two are gone, and with them the quorum's majority: the leader alone shrinks nothing.
  at(leader.id.value % 3 + 1).kill();
  REQUIRE(wait_for([&] { return in_sync("orders") == 2; }, 60'000));
  REQUIRE(produce(leader_of("orders"), "orders") == ErrorCode::kNone);
}

TEST_CASE_METHOD(Cluster, "a broker that is asked to end hands its leaderships on before") {
  start_all();
  REQUIRE(create(at(1), "orders") == 0);
  ClusterNode& leader = leader_of("orders");
  leader.node->begin_shutdown();
  REQUIRE(wait_for([&] { return leader.may_stop; }));
  const auto state = partition(*active(), "orders");
  REQUIRE((state->has_leader() && state->leader != leader.id));
}

TEST_CASE_METHOD(Cluster, "a topic that a client asks for at any broker is created") {
  start_all();
  ask_for(at(active()->id.value % 3 + 1), "wanted");
  REQUIRE(wait_for([&] { return partition(*active(), "wanted").has_value(); }, 1'000));
}

// What was wrong: a client waited for the controller for half a minute.
TEST_CASE_METHOD(Cluster,
                 "who asks for a missing topic while nobody is the controller is answered in a second") {
  start_all();
  at(2).kill();
  at(3).kill();
  REQUIRE(wait_for([&] { return active() == nullptr; }));
  const int64_t before = clock.now;
  REQUIRE(ask_for(at(1), "wanted") == 3);
  REQUIRE(clock.now - before < 1'200);
  ask_for(at(1), "wanted");
  REQUIRE(clock.now - before < 1'400);
}

// What was wrong: until then everybody was judged by no entries, and might do everything.
TEST_CASE("before a node has read the metadata only super users act for the cluster there") {
  const bool is_super_user = GENERATE(true, false);
  NodeCluster cluster(
      3, std::string("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
                     "allow.everyone.if.no.acl.found=true\nsuper.users=User:") +
             (is_super_user ? "ANONYMOUS" : "admin") + "\n");
  for (auto& node : cluster.nodes) node->start();
  REQUIRE(cluster.wait_for([&] { return cluster.active() != nullptr; }, 10'000) == is_super_user);
}
