#include "tests/testing.h"

#include "broker/handlers/cluster.h"
#include "tests/broker/access_records.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

namespace {

constexpr int16_t kNewest = MetadataRequest::kVersionMax;

// Brokers 1 and 2; topic "a" of two partitions on both, led by 1.
struct AskingMetadata {
  ClusterImage image = image_of({testing::broker(1, 1), testing::broker(2, 2), topic("a", 1),
                                 partition(1, 0, {1, 2}), partition(1, 1, {1, 2})});
  ClientInfo client;
  AuthorizerRules rules;  // disabled: all is allowed
  bool auto_create = false;
  MetadataRequest request;
  MetadataResponse response;

  AskingMetadata() {
    client.listener = "PLAINTEXT";
    request.topics.emplace();
  }
  void apply(const MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }
  void fence(int32_t id) {
    protocol::BrokerRegistrationChangeRecord record;
    record.broker_id = id;
    record.broker_epoch = id;
    record.fenced = 1;
    apply(record);
  }
  AskingMetadata& name(std::optional<std::string_view> name, Uuid id = {}) {
    auto& topic = request.topics->emplace_back();
    topic.name = name;
    topic.topic_id = id;
    return *this;
  }
  // "name code" of each topic that is answered; '-' for no name.
  std::string topics(int16_t version = kNewest) {
    const Access access(rules, image.acls(), client.principal, client.host);
    response = metadata(request, version, {image, "cluster", client, NodeId{1}, access}, auto_create);
    std::string text;
    for (const auto& topic : response.topics) {
      text += (text.empty() ? "" : ", ") + std::string(topic.name.value_or("-")) + " " +
              std::to_string(topic.error_code);
    }
    return text;
  }
  // "code leader replicas isr offline" of the first partition of "a".
  std::string first_partition(int16_t version = kNewest) {
    request.topics.emplace();
    name("a").topics(version);
    const auto& one = response.topics.at(0).partitions.at(0);
    return std::to_string(one.error_code) + " " + std::to_string(one.leader_id) + " " +
           text_of(one.replica_nodes) + " " + text_of(one.isr_nodes) + " " + text_of(one.offline_replicas);
  }
  static std::string text_of(const std::vector<int32_t>& nodes) {
    std::string text = "[";
    for (int32_t node : nodes) text += std::to_string(node);
    return text + "]";
  }
  std::vector<std::string_view> creatable(int16_t version = kNewest) const {
    return creatable_topics(request, version, image, {rules, image.acls(), client.principal, client.host});
  }
  std::string brokers() {
    topics();
    std::string text = "controller " + std::to_string(response.controller_id) + ":";
    for (const auto& one : response.brokers) text += " " + std::string(one.host);
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(AskingMetadata,
                 "all topics are asked for without a list, and in version 0 with an empty one") {
  REQUIRE(topics() == "");
  REQUIRE(topics(0) == "a 0");
  request.topics.reset();
  REQUIRE(topics() == "a 0");
  REQUIRE(topics(1) == "a 0");
}

TEST_CASE_METHOD(AskingMetadata, "a partition is told with its leader, replicas and epoch") {
  REQUIRE(first_partition() == "0 1 [12] [12] []");
  REQUIRE(response.topics[0].topic_id == id(1));
  REQUIRE(response.topics[0].partitions.size() == 2);
  REQUIRE(response.topics[0].partitions[0].leader_epoch == 0);
  REQUIRE(response.cluster_id == "cluster");
}

TEST_CASE_METHOD(AskingMetadata, "topics are asked by id from version 12 on") {
  name(std::nullopt, id(1)).name(std::nullopt, id(9));
  REQUIRE(topics(12) == "a 0, - 100");
  REQUIRE(response.topics[1].topic_id == id(9));
  REQUIRE(response.error_code == 0);
}

TEST_CASE_METHOD(AskingMetadata, "a topic that is asked for twice is answered once") {
  REQUIRE(name("a").name("a").name("b").name("b").topics() == "a 0, b 3");
  request.topics.emplace();
  REQUIRE(name(std::nullopt, id(1)).name(std::nullopt, id(1)).topics() == "a 0");
}

TEST_CASE_METHOD(AskingMetadata, "internal topics are marked, and operations told where they are asked for") {
  apply(topic("__consumer_offsets", 2));
  apply(partition(2, 0, {1}));
  request.include_topic_authorized_operations = true;
  request.include_cluster_authorized_operations = true;
  REQUIRE(name("__consumer_offsets").name("a").topics(10) == "__consumer_offsets 0, a 0");
  REQUIRE(response.topics[0].is_internal);
  REQUIRE_FALSE(response.topics[1].is_internal);
  REQUIRE(response.topics[1].topic_authorized_operations == 3576);
  REQUIRE(response.cluster_authorized_operations == 8096);
}

TEST_CASE_METHOD(AskingMetadata, "a replica that is fenced, or whose directory is gone, is offline") {
  fence(2);
  REQUIRE(first_partition() == "0 1 [12] [12] [2]");
  auto change = partition_change(1, 0);
  change.directories = {kLostDirectory, id(902)};
  apply(change);
  REQUIRE(first_partition() == "0 1 [12] [12] [12]");
}

TEST_CASE_METHOD(AskingMetadata, "a partition without a leader says so") {
  apply(leader_change(1, 0, -1));
  REQUIRE(first_partition() == "5 -1 [12] [12] []");
}

TEST_CASE_METHOD(AskingMetadata, "topics that are not there and could be are the ones to create, each once") {
  name("b").name("a").name("b").name("a b").name("").name("__consumer_offsets");
  name("__transaction_state");
  REQUIRE(creatable() == std::vector<std::string_view>{"__consumer_offsets", "b"});
  name(std::nullopt);
  REQUIRE(creatable(10).empty());
  request.topics.emplace();
  REQUIRE(name("b").name("c", id(9)).creatable(12).empty());
  request.topics.reset();
  REQUIRE(creatable().empty());
}

// ---- what was wrong ----

TEST_CASE_METHOD(AskingMetadata, "a fenced broker is not told of, and not as the controller either") {
  REQUIRE(brokers() == "controller 1: host-1 host-2");
  fence(1);
  REQUIRE(brokers() == "controller 2: host-2");
  fence(2);
  REQUIRE(brokers() == "controller -1:");
}

TEST_CASE_METHOD(AskingMetadata, "who is told of topics is told of a broker, were it this one, and fenced") {
  fence(1);
  fence(2);
  name("a");
  REQUIRE(brokers() == "controller -1: host-1");
}

TEST_CASE_METHOD(AskingMetadata, "versions 10 and 11 know no topic by its id, and refuse the whole request") {
  REQUIRE(name("a").name(std::nullopt).topics(10) == "a 42,  42");
  REQUIRE(response.brokers.empty());
  REQUIRE(response.controller_id == -1);
  REQUIRE_FALSE(response.cluster_id.has_value());
  request.topics.emplace();
  REQUIRE(name("a", id(1)).topics(11) == "a 42");
  REQUIRE(response.topics[0].topic_id == id(1));
}

TEST_CASE_METHOD(AskingMetadata, "a topic with neither name nor id makes the whole request wrong") {
  REQUIRE(name("a").name(std::nullopt).topics(13) == "a 42,  42");
  REQUIRE(response.error_code == 42);
}

TEST_CASE_METHOD(AskingMetadata, "with one id in the request topics are asked by id only") {
  REQUIRE(name("a").name("b", id(9)).topics() == "- 100");
}

TEST_CASE_METHOD(AskingMetadata, "what cannot be a topic is told apart from what is none") {
  REQUIRE(name("a b").name("b").topics() == "a b 17, b 3");
}

TEST_CASE_METHOD(AskingMetadata, "operations are told of topics that are not there, as Kafka does") {
  request.include_topic_authorized_operations = true;
  name("b").topics();
  REQUIRE(response.topics[0].topic_authorized_operations == 3576);
}

TEST_CASE_METHOD(AskingMetadata, "a leader on another listener is an error of its own from version 6 on") {
  client.listener = "OTHER";
  REQUIRE(first_partition(6) == "72 -1 [12] [12] [12]");
  REQUIRE(first_partition(5) == "5 -1 [12] [12] [12]");
}

TEST_CASE_METHOD(AskingMetadata, "version 0 leaves out replicas that cannot be reached, and says so") {
  fence(2);
  REQUIRE(first_partition(0) == "9 1 [1] [1] [2]");
}

// ---- authorization ----

TEST_CASE_METHOD(AskingMetadata, "a topic that may not be described is the same, there or not") {
  rules = strict_rules();
  request.include_topic_authorized_operations = true;
  REQUIRE(name("a").name("b").name("__consumer_offsets").topics() == "a 29, b 29, __consumer_offsets 29");
  for (const auto& topic : response.topics) {
    REQUIRE(topic.topic_id.is_zero());
    REQUIRE_FALSE(topic.is_internal);
    REQUIRE(topic.topic_authorized_operations == INT32_MIN);
  }
}

TEST_CASE_METHOD(AskingMetadata, "among all topics those that may not be described are passed over") {
  rules = strict_rules();
  apply(topic("b", 2));
  apply(allow(AclOperation::kDescribe, ResourceType::kTopic, "b"));
  request.topics.reset();
  REQUIRE(topics() == "b 0");
}

TEST_CASE_METHOD(AskingMetadata, "the name that belongs to an id is a secret, the id is not") {
  rules = strict_rules();
  REQUIRE(name(std::nullopt, id(1)).name(std::nullopt, id(9)).topics() == "- 29, - 100");
  REQUIRE(response.topics[0].topic_id == id(1));
}

TEST_CASE_METHOD(AskingMetadata, "who may not create a topic is refused it only where it would be created") {
  rules = strict_rules();
  apply(allow(AclOperation::kDescribe, ResourceType::kTopic, "*"));
  auto_create = true;
  REQUIRE(name("new").name("a").topics() == "new 29, a 0");
  REQUIRE(creatable().empty());
  request.allow_auto_topic_creation = false;
  REQUIRE(topics() == "new 3, a 0");
}

TEST_CASE_METHOD(AskingMetadata, "a topic is created for who may create it, or topics of the cluster") {
  rules = strict_rules();
  auto_create = true;
  SECTION("the topic") { apply(allow(AclOperation::kCreate, ResourceType::kTopic, "new")); }
  SECTION("the cluster") { apply(allow_cluster(AclOperation::kCreate)); }
  name("new");
  REQUIRE(creatable().empty());
  apply(allow(AclOperation::kDescribe, ResourceType::kTopic, "new"));
  REQUIRE(creatable() == std::vector<std::string_view>{"new"});
  REQUIRE(topics() == "new 3");
}

TEST_CASE_METHOD(AskingMetadata, "operations are told as far as they are allowed") {
  rules = strict_rules();
  apply(allow(AclOperation::kRead, ResourceType::kTopic, "a"));
  apply(allow_cluster(AclOperation::kCreate));
  request.include_topic_authorized_operations = true;
  request.include_cluster_authorized_operations = true;
  REQUIRE(name("a").topics(10) == "a 0");
  REQUIRE(response.topics[0].topic_authorized_operations == (1 << 3 | 1 << 8));
  REQUIRE(response.cluster_authorized_operations == 0);
  apply(allow_cluster(AclOperation::kDescribe));
  topics(10);
  REQUIRE(response.cluster_authorized_operations == (1 << 5 | 1 << 8));
}
