#include "tests/testing.h"

#include "broker/config/topic_config.h"
#include "broker/controller/topics.h"
#include "broker/coordinator/internal_topics.h"
#include "broker/handlers/cluster.h"
#include "tests/broker/access_records.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::FindCoordinatorRequest;

namespace {

constexpr int8_t kGroup = 0, kTransaction = 1, kShare = 2;
const std::string kShareKey = "group:" + Uuid::of(1, 2).to_string() + ":0";

// Two brokers, of which the second leads partition 1 of __consumer_offsets, the third partition does not have
// a leader.
struct Cluster {
  ClusterImage image = image_of({testing::broker(1, 1), testing::broker(2, 2), topic("__consumer_offsets", 9),
                                 partition(9, 0, {1}), partition(9, 1, {2}), leaderless()});
  ClientInfo client;
  AuthorizerRules rules;  // disabled: all is allowed
  FindCoordinatorRequest request;

  Cluster() { client.listener = "PLAINTEXT"; }
  static MetadataRecord leaderless() {
    MetadataRecord record = partition(9, 2, {2});
    std::get<protocol::PartitionRecord>(record).leader = -1;
    return record;
  }
  // "error node host:port message" of each key.
  std::string find(int8_t type, std::vector<std::string_view> keys, int16_t version = 6) {
    request.key_type = type;
    request.key = keys.empty() ? "" : keys.front();
    request.coordinator_keys = keys;
    const Access access(rules, image.acls(), client.principal, client.host);
    ClusterUses uses{image, "cluster", client, NodeId{1}, access};
    auto response = find_coordinator(request, version, uses, 3);
    if (version < 4) return line(response);
    std::string text;
    for (const auto& one : response.coordinators) {
      text += (text.empty() ? "" : "; ") + std::string(one.key) + " " + line(one);
    }
    return text;
  }
  bool needs_topic(int16_t version) const {
    return needs_offsets_topic(request, version, image, {rules, image.acls(), client.principal, client.host});
  }
  static std::string line(const auto& found) {
    return std::to_string(found.error_code) + " " + std::to_string(found.node_id) + " " +
           std::string(found.host) + ":" + std::to_string(found.port) + " " +
           std::string(found.error_message.value_or("null"));
  }
};

}  // namespace

TEST_CASE_METHOD(Cluster, "a group's coordinator leads the partition of its id") {
  REQUIRE(find(kGroup, {"a"}) == "a 0 2 host-2:9092 ");
  REQUIRE(find(kGroup, {"c"}) == "c 0 1 host-1:9092 ");
  REQUIRE(find(kGroup, {""}) == " 0 1 host-1:9092 ");
}

TEST_CASE_METHOD(Cluster, "several are found at once, each with its own error") {
  REQUIRE(find(kGroup, {"a", "b", "c"}, 4) ==
          "a 0 2 host-2:9092 ; b 15 -1 :-1 ; c 0 1 "
          "host-1:9092 ");
  REQUIRE(find(kGroup, {}).empty());
}

TEST_CASE_METHOD(Cluster, "versions before batches answer one key, as Kafka with the word NONE") {
  const int16_t version = GENERATE(0, 1, 2, 3);
  REQUIRE(find(kGroup, {"a"}, version) == "0 2 host-2:9092 NONE");
  REQUIRE(find(kGroup, {"b"}, version).starts_with("15 -1 :-1 "));
}

TEST_CASE_METHOD(Cluster, "a leader that is fenced, or not on the client's listener, is none") {
  SECTION("fenced") {
    auto fenced = testing::broker(2, 2);
    fenced.fenced = true;
    image = image_of({fenced, topic("__consumer_offsets", 9), partition(9, 1, {2})});
  }
  SECTION("another listener") { client.listener = "EXTERNAL"; }
  REQUIRE(find(kGroup, {"a"}).starts_with("a 15 -1 :-1"));
}

TEST_CASE_METHOD(Cluster, "without the topic there is no coordinator, and the answer waits for it") {
  REQUIRE_FALSE(needs_topic(6));
  image = image_of({testing::broker(1, 1)});
  REQUIRE(find(kGroup, {"a"}).starts_with("a 15 -1 :-1"));
  REQUIRE(needs_topic(6));
  request.coordinator_keys.clear();
  REQUIRE_FALSE(needs_topic(6));
  REQUIRE(needs_topic(3));
  request.key_type = kTransaction;
  REQUIRE_FALSE(needs_topic(3));
}

TEST_CASE_METHOD(Cluster, "transactions and shares have no coordinator yet") {
  REQUIRE(find(kTransaction, {"x"}) == "x 15 -1 :-1 Transactions are not served yet.");
  REQUIRE(find(kTransaction, {"x"}, 1) == "15 -1 :-1 Transactions are not served yet.");
  REQUIRE(find(kShare, {kShareKey}) == kShareKey + " 15 -1 :-1 Share groups are not served yet.");
}

TEST_CASE_METHOD(Cluster, "a request for what is no coordinator's is invalid") {
  REQUIRE(find(kShare, {kShareKey}, 5) == kShareKey + " 42 -1 :-1 ");
  REQUIRE(find(3, {"a", "b"}) ==
          "a 42 -1 :-1 There is no coordinator for keys of this kind.; "
          "b 42 -1 :-1 There is no coordinator for keys of this kind.");
  REQUIRE(find(-1, {"a"}, 3) == "42 -1 :-1 There is no coordinator for keys of this kind.");
  for (std::string_view key : {"", "a", "a:b", "a:b:0", "::", ":AAAAAAAAAAEAAAAAAAAAAg:0"}) {
    REQUIRE(find(kShare, {key}) == std::string(key) + " 42 -1 :-1 ");
  }
}

// ---- the topic ----

namespace {

struct Creation {
  std::string create(int16_t factor) {
    GroupCoordinatorConfig config;
    config.topic_replication_factor = factor;
    Texts texts;
    protocol::CreateTopicsRequest creation;
    creation.topics.push_back(offsets_topic(config, texts));
    ControllerConfig controller;
    SeededRandom random{1};
    ControllerView view{image, controller, random,
                        [this](const ConfigMap& settings, const ConfigMap&) -> std::optional<Failure> {
                          for (const auto& [key, value] : settings) configs += key + "=" + value + " ";
                          return check_topic_config(settings, {}, {});
                        }};
    auto decided = decide_create_topics(view, creation);
    return std::to_string(decided.response.topics[0].error_code) + " " +
           std::to_string(decided.response.topics[0].num_partitions);
  }
  ClusterImage image = image_of({testing::broker(1, 1)});
  std::string configs;
};

}  // namespace

TEST_CASE_METHOD(Creation, "the topic of offsets is created as Kafka does it") {
  REQUIRE(create(1) == "0 50");
  REQUIRE(configs == "cleanup.policy=compact compression.type=producer segment.bytes=104857600 ");
}

TEST_CASE_METHOD(Creation, "with fewer brokers than the factor it is not created") {
  REQUIRE(create(3).starts_with("38 "));
}

// ---- authorization ----

TEST_CASE_METHOD(Cluster, "each key is refused for itself, the others are found") {
  rules = strict_rules();
  REQUIRE(image.apply(allow(AclOperation::kDescribe, ResourceType::kGroup, "a")).ok());
  REQUIRE(find(kGroup, {"c", "a"}) == "c 30 -1 :-1 ; a 0 2 host-2:9092 ");
  REQUIRE(find(kGroup, {"c"}, 3) == "30 -1 :-1 Group authorization failed.");
  REQUIRE(find(kTransaction, {"x"}) == "x 53 -1 :-1 ");
  REQUIRE(find(kTransaction, {"x"}, 1) == "53 -1 :-1 Transactional Id authorization failed.");
}

TEST_CASE_METHOD(Cluster, "coordinators of shares are for brokers, and that is said before the key is read") {
  rules = strict_rules();
  REQUIRE(find(kShare, {"no key"}) == "no key 31 -1 :-1 Cluster authorization failed.");
  REQUIRE(find(kShare, {kShareKey}, 5) == kShareKey + " 42 -1 :-1 ");
}

TEST_CASE_METHOD(Cluster, "nothing is created for a group that may not be described") {
  rules = strict_rules();
  image = image_of({testing::broker(1, 1)});
  find(kGroup, {"a", "b"});
  REQUIRE_FALSE(needs_topic(6));
  REQUIRE(image.apply(allow(AclOperation::kDescribe, ResourceType::kGroup, "b")).ok());
  REQUIRE(needs_topic(6));
  REQUIRE_FALSE(needs_topic(3));
}
