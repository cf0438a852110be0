// DescribeCluster, DescribeTopicPartitions and DescribeQuorum.
#include "tests/testing.h"

#include "broker/handlers/cluster.h"
#include "broker/handlers/quorum.h"
#include "tests/broker/access_records.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::DescribeClusterRequest;
using protocol::DescribeQuorumRequest;
using protocol::DescribeTopicPartitionsRequest;

namespace {

constexpr int8_t kBrokers = 1, kControllers = 2;

// Brokers 1 and 2, of which 2 is fenced; topics "a" of three partitions and "b" of one.
struct Cluster {
  ClusterImage image =
      image_of({testing::broker(1, 1), fenced(2), topic("a", 1), partition(1, 0, {1, 2}),
                partition(1, 1, {1}), partition(1, 2, {1}), topic("b", 2), partition(2, 0, {1})});
  ClientInfo client;
  AuthorizerRules rules;  // disabled: all is allowed
  std::optional<Access> access;
  protocol::DescribeClusterResponse cluster_response;
  Texts texts;
  protocol::DescribeTopicPartitionsResponse topics_response;

  Cluster() { client.listener = "PLAINTEXT"; }
  static MetadataRecord fenced(int32_t number) {
    auto record = testing::broker(number, number);
    record.fenced = true;
    return record;
  }
  static MetadataRecord controller(int32_t number) {
    protocol::RegisterControllerRecord record;
    record.controller_id = number;
    record.incarnation_id = id(800);
    auto& endpoint = record.end_points.emplace_back();
    endpoint.name = "CONTROLLER";
    endpoint.host = "host-c";
    endpoint.port = 9093;
    return record;
  }
  ClusterUses uses() {
    access.emplace(rules, image.acls(), client.principal, client.host);
    return {image, "cluster", client, NodeId{1}, *access};
  }

  // "code controller: id ..." with '!' behind those that are fenced.
  std::string describe(int8_t type = kBrokers, bool fenced_too = false, int16_t version = 2) {
    DescribeClusterRequest request;
    request.endpoint_type = type;
    request.include_fenced_brokers = fenced_too;
    cluster_response = describe_cluster(request, version, uses(), texts);
    std::string text = std::to_string(cluster_response.error_code) + " " +
                       std::to_string(cluster_response.controller_id) + ":";
    for (const auto& one : cluster_response.brokers)
      text += " " + std::to_string(one.broker_id) + (one.is_fenced ? "!" : "");
    return text;
  }
  // "a[012] b[0] > c3": the partitions of each topic, or its error, and the cursor.
  std::string describe(const DescribeTopicPartitionsRequest& request, int32_t partitions_max = 2000) {
    topics_response = describe_topic_partitions(request, uses(), partitions_max);
    std::string text;
    for (const auto& topic : topics_response.topics) {
      text += (text.empty() ? "" : " ") + std::string(*topic.name);
      if (topic.error_code != 0) {
        text += "!" + std::to_string(topic.error_code);
        continue;
      }
      text += "[";
      for (const auto& one : topic.partitions) text += std::to_string(one.partition_index);
      text += "]";
    }
    if (!topics_response.next_cursor) return text;
    return text + " > " + std::string(topics_response.next_cursor->topic_name) +
           std::to_string(topics_response.next_cursor->partition_index);
  }
  static DescribeTopicPartitionsRequest topics(std::vector<std::string_view> names, int32_t limit = 2000) {
    DescribeTopicPartitionsRequest request;
    for (std::string_view name : names) request.topics.push_back({name});
    request.response_partition_limit = limit;
    return request;
  }
  static DescribeTopicPartitionsRequest from(DescribeTopicPartitionsRequest request, std::string_view name,
                                             int32_t index) {
    request.cursor = DescribeTopicPartitionsRequest::Cursor{};
    request.cursor->topic_name = name;
    request.cursor->partition_index = index;
    return request;
  }
};

struct Quorum {
  FakeClock clock;
  DescribeQuorumRequest request;
  raft::QuorumDescription quorum;
  std::vector<raft::Voter> voters{{.key = {NodeId{1}}, .endpoints = {{"CONTROLLER", "host", 9093}}},
                                  {.key = {NodeId{2}}, .endpoints = {{"CONTROLLER", "other", 9094}}}};

  Quorum() {
    ask("__cluster_metadata");
    quorum.leader = NodeId{1};
    quorum.epoch = Epoch{7};
    quorum.high_watermark = Offset{42};
  }
  void ask(std::string_view topic, int32_t index = 0) {
    request.topics.clear();
    request.topics.emplace_back().topic_name = topic;
    request.topics[0].partitions.push_back({index});
  }
  protocol::DescribeQuorumResponse describe(protocol::Outcome<raft::QuorumDescription> given) {
    return describe_quorum(request, everyone(), given, clock, voters);
  }
  int16_t error(protocol::Outcome<raft::QuorumDescription> given) {
    return describe(std::move(given)).topics.at(0).partitions.at(0).error_code;
  }
};

}  // namespace

TEST_CASE_METHOD(Cluster, "the brokers of a listener are described, fenced ones on demand (KIP-1073)") {
  REQUIRE(describe() == "0 1: 1");
  REQUIRE(cluster_response.cluster_id == "cluster");
  REQUIRE(cluster_response.brokers[0].host == "host-1");
  REQUIRE(describe(kBrokers, true) == "0 1: 1 2!");
  REQUIRE(describe(kBrokers, true, 1) == "0 1: 1");
}

TEST_CASE_METHOD(Cluster, "a controller's listener describes controllers (KIP-919)") {
  client.listener = "CONTROLLER";
  client.controller_listener = true;
  REQUIRE(image.apply(controller(1)).ok());
  REQUIRE(describe(kControllers) == "0 1: 1");
  REQUIRE(cluster_response.endpoint_type == kControllers);
  REQUIRE(cluster_response.brokers[0].host == "host-c");
  REQUIRE(describe(kBrokers) == "114 -1:");
}

TEST_CASE_METHOD(Cluster, "topics are described in the order of their names") {
  REQUIRE(describe(topics({"b", "a", "b"})) == "a[012] b[0]");
  REQUIRE(describe(topics({})) == "a[012] b[0]");
  REQUIRE(topics_response.topics[0].topic_id == id(1));
  REQUIRE(topics_response.topics[0].topic_authorized_operations == 3576);
  REQUIRE(topics_response.topics[0].partitions[0].offline_replicas == std::vector<int32_t>{2});
}

TEST_CASE_METHOD(Cluster, "at most so many partitions are described as the request and the node allow") {
  REQUIRE(describe(topics({}, 2)) == "a[01] > a2");
  REQUIRE(describe(topics({}, 3)) == "a[012] > b0");
  REQUIRE(describe(topics({}, 4)) == "a[012] b[0]");
  REQUIRE(describe(topics({}), 1) == "a[0] > a1");
  REQUIRE(describe(topics({}, 0)) == "a[0] > a1");
  REQUIRE(describe(topics({}, -5)) == "a[0] > a1");
}

TEST_CASE_METHOD(Cluster, "a cursor goes on where the answer before has ended") {
  REQUIRE(describe(from(topics({}, 2), "a", 2)) == "a[2] b[0]");
  REQUIRE(describe(from(topics({"a", "b"}, 1), "a", 2)) == "a[2] > b0");
  REQUIRE(describe(from(topics({}, 9), "aa", 1)) == "b[0]");
  REQUIRE(describe(from(topics({"a"}), "a", 9)) == "a[]");
}

TEST_CASE_METHOD(Quorum, "the quorum is described by its leader") {
  quorum.voters.push_back({.key = {NodeId{1}, id(1)}, .log_end = Offset{50}});
  auto response = describe(quorum);
  const auto& partition = response.topics.at(0).partitions.at(0);
  REQUIRE(partition.error_code == 0);
  REQUIRE(partition.leader_id == 1);
  REQUIRE(partition.leader_epoch == 7);
  REQUIRE(partition.high_watermark == 42);
  REQUIRE(partition.current_voters.at(0).log_end_offset == 50);
  REQUIRE(partition.current_voters[0].replica_directory_id == id(1));
  REQUIRE(response.nodes.at(0).listeners.at(0).port == 9093);
}

TEST_CASE_METHOD(Quorum, "times of the quorum are told by the wall clock, and unknown ones as such") {
  raft::ReplicaDescription voter{.key = {NodeId{2}, id(2)}};
  voter.last_fetch_ms = clock.monotonic_ms() - 5;
  voter.last_caught_up_ms = -1;
  quorum.observers.push_back(voter);
  auto response = describe(quorum);
  const auto& observer = response.topics.at(0).partitions.at(0).observers.at(0);
  REQUIRE(observer.last_fetch_timestamp == clock.wall_ms() - 5);
  REQUIRE(observer.last_caught_up_timestamp == -1);
}

TEST_CASE_METHOD(Quorum, "only the metadata log has a quorum, and only its leader knows it") {
  REQUIRE(error(Error{protocol::ErrorCode::kNotLeaderOrFollower}) == 6);
  ask("__cluster_metadata", 1);
  REQUIRE(error(quorum) == 3);
  ask("a");
  REQUIRE(error(quorum) == 3);
  REQUIRE(describe(quorum).nodes.empty());
}

// ---- what was wrong ----

TEST_CASE_METHOD(Cluster,
                 "a refused type of endpoint is refused in its version's words, and with nothing else") {
  REQUIRE(describe(kControllers, false, 1) == "114 -1:");
  REQUIRE(cluster_response.cluster_id.empty());
  REQUIRE(cluster_response.endpoint_type == kBrokers);
  REQUIRE(describe(3, false, 1) == "115 -1:");
  REQUIRE(describe(3, false, 0) == "42 -1:");
}

TEST_CASE_METHOD(Cluster, "the controller that is told is among the nodes that are told") {
  image = image_of({fenced(1), testing::broker(2, 2)});
  REQUIRE(describe() == "0 2: 2");
  image = image_of({fenced(1)});
  REQUIRE(describe(kBrokers, true) == "0 -1: 1!");
}

TEST_CASE_METHOD(Cluster, "a cursor outside of what is asked for is refused") {
  REQUIRE(describe(from(topics({"b"}), "a", 0)) == "b!42");
  REQUIRE(describe(from(topics({"a"}), "a", -1)) == "a!42");
}

TEST_CASE_METHOD(Cluster, "topics that are not there are described as such, also at the cursor") {
  REQUIRE(describe(topics({"a b", "c"})) == "a b!17 c!3");
  REQUIRE(describe(from(topics({"aa", "b"}), "aa", 0)) == "aa!3 b[0]");
}

TEST_CASE_METHOD(Cluster, "a partition without a leader is described without an error, as Kafka does") {
  REQUIRE(image.apply(leader_change(2, 0, -1)).ok());
  describe(topics({"b"}));
  REQUIRE(topics_response.topics[0].partitions[0].leader_id == -1);
  REQUIRE(topics_response.topics[0].partitions[0].error_code == 0);
}

TEST_CASE_METHOD(Quorum, "messages that say nothing are empty, not null") {
  auto response = describe(quorum);
  REQUIRE(response.error_message == "");
  REQUIRE(response.topics.at(0).partitions.at(0).error_message == "");
}

// ---- authorization ----

TEST_CASE_METHOD(Cluster,
                 "topics that may not be described are refused where they are named, behind the rest") {
  rules = strict_rules();
  REQUIRE(image.apply(allow(AclOperation::kDescribe, ResourceType::kTopic, "b")).ok());
  REQUIRE(describe(topics({"a", "b", "none"})) == "b[0] a!29 none!29");
  REQUIRE(topics_response.topics[0].topic_authorized_operations == 1 << 8);
  REQUIRE(topics_response.topics[1].topic_id.is_zero());
  REQUIRE(topics_response.topics[1].topic_authorized_operations == INT32_MIN);
  REQUIRE(describe(topics({})) == "b[0]");
}

TEST_CASE_METHOD(Cluster, "topics that may not be described take no room, and no cursor tells of them") {
  rules = strict_rules();
  REQUIRE(image.apply(allow(AclOperation::kDescribe, ResourceType::kTopic, "a")).ok());
  REQUIRE(describe(topics({}, 3)) == "a[012]");
  REQUIRE(describe(topics({}, 2)) == "a[01] > a2");
}

TEST_CASE_METHOD(Cluster,
                 "controllers are described to who may alter the cluster, before the type is looked at") {
  rules = strict_rules();
  client.controller_listener = true;
  REQUIRE(describe(kBrokers) == "31 -1:");
  REQUIRE(image.apply(allow_cluster(AclOperation::kAlter)).ok());
  REQUIRE(describe(kBrokers).starts_with("114"));
  client.controller_listener = false;
  REQUIRE(describe() == "0 1: 1");
}
