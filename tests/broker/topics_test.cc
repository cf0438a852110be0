#include "tests/testing.h"

#include "broker/controller/topics.h"

#include <algorithm>
#include <limits>

#include "tests/broker/access_records.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::CreatePartitionsRequest;
using protocol::CreateTopicsRequest;
using protocol::DeleteTopicsRequest;

namespace {

// A controller's view of brokers 1 to 3 and one topic "old" of two partitions.
struct Controller {
  ClusterImage image = image_of({testing::broker(1, 1), testing::broker(2, 2), testing::broker(3, 3),
                                 topic("old", 1), partition(1, 0, {1}), partition(1, 1, {2})});
  ControllerConfig config;
  SeededRandom random{1};

  bool describes = false;
  std::optional<AuthorizerRules> rules;  // without them nobody asks
  std::optional<size_t> partitions_left;  // that may be created or deleted; without it any number

  ControllerView view() {
    ControllerView made{image, config, random, [](const ConfigMap& settings, const ConfigMap&) {
                          return settings.contains("bad") ? std::optional(Failure{"bad is bad"})
                                                          : std::nullopt;
                        }};
    if (describes) made.describe_topic_config = describe_settings;
    if (rules) made.asker = Asker{Access(*rules, image.acls(), "User:alice", "10.0.0.1")};
    if (partitions_left) {
      made.charge_partitions = [this](size_t partitions) {
        if (partitions > *partitions_left) return false;
        *partitions_left -= partitions;
        return true;
      };
    }
    return made;
  }
  // A cluster of two settings: retention.ms, and one that is nobody's business.
  static std::vector<DescribedConfig> describe_settings(const ConfigMap& settings) {
    auto found = settings.find("retention.ms");
    bool set = found != settings.end();
    return {{"retention.ms", set ? found->second : "7", set ? ConfigSource::kTopic : ConfigSource::kDefault},
            {"secret", "hush", ConfigSource::kDynamicBroker, true}};
  }
  static std::string configs(const protocol::CreateTopicsResponse::CreatableTopicResult& topic) {
    std::string text;
    for (const auto& config : *topic.configs) {
      text += std::string(config.name) + "=" + std::string(config.value.value_or("null")) + " from " +
              std::to_string(config.config_source) + (config.is_sensitive ? " sensitive; " : "; ");
    }
    return text;
  }
  static CreateTopicsRequest creation(std::vector<std::string_view> names, int32_t partitions = 1,
                                      int16_t factor = 1) {
    CreateTopicsRequest request;
    for (std::string_view name : names) {
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      topic.num_partitions = partitions;
      topic.replication_factor = factor;
    }
    return request;
  }
  // "name code" of every topic, and how many records were decided.
  std::string create(const CreateTopicsRequest& request) {
    auto decided = decide_create_topics(view(), request);
    std::string text;
    for (const auto& topic : decided.response.topics) {
      text += std::string(topic.name) + " " + std::to_string(topic.error_code) + ", ";
    }
    return text + std::to_string(decided.decision.records.size()) + " records";
  }
  std::string remove(const DeleteTopicsRequest& request, int16_t version = 6) {
    auto decided = decide_delete_topics(view(), request, version);
    std::string text;
    for (const auto& topic : decided.response.responses) {
      text += std::string(topic.name.value_or("-")) + " " + std::to_string(topic.error_code) + ", ";
    }
    return text + std::to_string(decided.decision.records.size()) + " records";
  }
  void allow(AclOperation operation, std::string_view topic) {
    REQUIRE(image.apply(testing::allow(operation, ResourceType::kTopic, topic)).ok());
  }
  void apply(const Decision& decision) {
    for (const Bytes& record : decision.records)
      REQUIRE(image.apply(*protocol::read_metadata_record(record)).ok());
  }
  static std::vector<std::string> many_names() {
    std::vector<std::string> names;
    for (int i = 0; i < 200; ++i) names.push_back("topic-" + std::to_string(i));
    return names;
  }
  // Of preferred leaderships, from the broker that has least to the one that has most.
  int64_t spread() const {
    const BrokerLoads& loads = image.topics().loads();
    const auto [least, most] = std::minmax(
        {loads.of(NodeId{1}).leads, loads.of(NodeId{2}).leads, loads.of(NodeId{3}).leads});
    return most - least;
  }
  static void name(DeleteTopicsRequest& request, std::optional<std::string_view> name, Uuid id = {}) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.topic_id = id;
  }
  std::string enlarge(std::string_view name, int32_t count) { return enlarge({{name, count}}); }
  std::string enlarge(const std::vector<std::pair<std::string_view, int32_t>>& topics) {
    CreatePartitionsRequest request;
    for (const auto& [name, count] : topics) {
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      topic.count = count;
      topic.assignments.reset();
    }
    auto decided = decide_create_partitions(view(), request);
    std::string text;
    for (const auto& result : decided.response.results) text += std::to_string(result.error_code) + ", ";
    return text + std::to_string(decided.decision.records.size()) + " records";
  }
};

}  // namespace

TEST_CASE_METHOD(Controller, "a new topic is its record and one for each partition") {
  REQUIRE(create(creation({"new"}, 3)) == "new 0, 4 records");
}

TEST_CASE_METHOD(Controller, "-1 stands for the configured numbers of partitions and replicas (KIP-464)") {
  config.default_partitions = 2;
  config.default_replication_factor = 2;
  auto decided = decide_create_topics(view(), creation({"new"}, -1, -1));
  REQUIRE(decided.response.topics[0].num_partitions == 2);
  REQUIRE(decided.response.topics[0].replication_factor == 2);
}

TEST_CASE_METHOD(Controller, "validate_only answers as if and decides nothing") {
  auto request = creation({"new", "old"});
  request.validate_only = true;
  REQUIRE(create(request) == "new 0, old 36, 0 records");
}

TEST_CASE_METHOD(Controller, "a topic that cannot be made does not keep the others from being made") {
  auto request = creation({"old", "a/b", "new"});
  REQUIRE(create(request) == "old 36, a/b 17, new 0, 2 records");
}

TEST_CASE_METHOD(Controller, "names that metrics cannot tell apart collide") {
  image = image_of({testing::broker(1, 1), topic("a.b", 1), partition(1, 0, {1})});
  REQUIRE(create(creation({"a_b"})) == "a_b 17, 0 records");
}

TEST_CASE_METHOD(Controller, "names of 249 characters are the longest") {
  std::string longest(249, 'x');
  REQUIRE(create(creation({longest})) == longest + " 0, 2 records");
  std::string longer(250, 'x');
  REQUIRE(create(creation({longer})) == longer + " 17, 0 records");
}

TEST_CASE_METHOD(Controller, "numbers of partitions and replicas that cannot be are refused") {
  REQUIRE(create(creation({"new"}, 0)) == "new 37, 0 records");
  REQUIRE(create(creation({"new"}, -2)) == "new 37, 0 records");
  REQUIRE(create(creation({"new"}, 1, 0)) == "new 38, 0 records");
  REQUIRE(create(creation({"new"}, 1, 4)) == "new 38, 0 records");
}

TEST_CASE_METHOD(Controller, "a request for more than ten thousand partitions is refused as a whole") {
  REQUIRE(create(creation({"new", "newer"}, 5001)) == "new 44, newer 44, 0 records");
}

TEST_CASE_METHOD(Controller, "settings that cannot be, or are null, are refused") {
  auto request = creation({"new"});
  request.topics[0].configs.push_back({"bad", "1"});
  REQUIRE(create(request) == "new 40, 0 records");
  request.topics[0].configs[0] = {"good", std::nullopt};
  REQUIRE(create(request) == "new 40, 0 records");
}

TEST_CASE_METHOD(Controller, "assignments by hand number their partitions from 0 and name known brokers") {
  auto assigned = [&](int32_t index, std::vector<int32_t> brokers) {
    auto request = creation({"new"}, -1, -1);
    auto& assignment = request.topics[0].assignments.emplace_back();
    assignment.partition_index = index;
    assignment.broker_ids = std::move(brokers);
    return create(request);
  };
  REQUIRE(assigned(0, {3, 1}) == "new 0, 2 records");
  REQUIRE(assigned(1, {3}) == "new 39, 0 records");
  REQUIRE(assigned(0, {3, 3}) == "new 39, 0 records");
  REQUIRE(assigned(0, {9}) == "new 39, 0 records");
  REQUIRE(assigned(0, {}) == "new 39, 0 records");
}

TEST_CASE_METHOD(Controller, "topics are deleted by name and by id") {
  DeleteTopicsRequest by_name;
  by_name.topic_names = {"old", "none"};
  REQUIRE(remove(by_name, 5) == "old 0, none 3, 1 records");
  DeleteTopicsRequest by_id;
  name(by_id, std::nullopt, id(1));
  name(by_id, std::nullopt, id(8));
  REQUIRE(remove(by_id) == "old 0, - 100, 1 records");
}

TEST_CASE_METHOD(Controller, "deletion can be disabled") {
  config.delete_topics = false;
  DeleteTopicsRequest request;
  request.topic_names = {"old"};
  REQUIRE(remove(request, 5) == "old 73, 0 records");
  REQUIRE(remove(request, 2) == "old 42, 0 records");
}

TEST_CASE_METHOD(Controller, "partitions are added behind those that are there, and never taken away") {
  REQUIRE(enlarge("old", 5) == "0, 3 records");
  REQUIRE(enlarge("old", 2) == "37, 0 records");
  REQUIRE(enlarge("old", 1) == "37, 0 records");
  REQUIRE(enlarge("none", 5) == "3, 0 records");
}

TEST_CASE_METHOD(Controller, "replicas of a new topic are in sync where their broker is active") {
  auto fenced = testing::broker(3, 3);
  fenced.fenced = true;
  image = image_of({testing::broker(1, 1), testing::broker(2, 2), fenced});
  auto request = creation({"new"}, -1, -1);
  request.topics[0].assignments.push_back({0, {3, 2, 1}});
  apply(decide_create_topics(view(), request).decision);
  REQUIRE(describe(*image.topics().find("new", 0)) ==
          "leader 2 (epoch 0) isr 2,1 replicas 3,2,1 partition epoch 0");
  REQUIRE(create([] {
            auto only_fenced = creation({"newer"}, -1, -1);
            only_fenced.topics[0].assignments.push_back({0, {3}});
            return only_fenced;
          }()) == "newer 39, 0 records");
}

TEST_CASE_METHOD(Controller, "what a request has made or added counts where the rest of it goes") {
  const std::vector<std::string> names = many_names();
  apply(decide_create_topics(view(), creation({names.begin(), names.end()})).decision);
  REQUIRE(spread() <= 5);
  CreatePartitionsRequest request;
  for (const std::string& name : names) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = 2;
    topic.assignments.reset();
  }
  apply(decide_create_partitions(view(), request).decision);
  REQUIRE(image.topics().partition_count() == 402);
  REQUIRE(spread() <= 5);
}

TEST_CASE_METHOD(Controller, "what was assigned by hand counts where the rest of a request goes") {
  const std::vector<std::string> names = many_names();
  auto request = creation({names.begin(), names.end()});
  auto& by_hand = request.topics.front();
  by_hand.num_partitions = by_hand.replication_factor = -1;
  for (int32_t index = 0; index < 500; ++index) by_hand.assignments.push_back({index, {3}});
  apply(decide_create_topics(view(), request).decision);
  REQUIRE(image.topics().partition_count() == 701);
  // One in nine of the others is begun there twice.
  REQUIRE(image.topics().loads().of(NodeId{3}).leads < 550);
}

// ---- what was wrong ----

TEST_CASE_METHOD(Controller,
                 "a request adds no more than ten thousand partitions to all its topics together") {
  image = image_of({testing::broker(1, 1), topic("a", 1), partition(1, 0, {1}), topic("b", 2),
                    partition(2, 0, {1}), topic("c", 3), partition(3, 0, {1}), topic("wide", 4),
                    partition(4, 0, {1, 2})});
  REQUIRE(enlarge({{"a", 5001}, {"b", 5001}}) == "0, 0, 10000 records");
  // What comes before the limit is crossed is done; nothing behind it is.
  REQUIRE(enlarge({{"a", 5001}, {"b", 5002}, {"c", 2}}) == "0, 44, 44, 5000 records");
  REQUIRE(enlarge({{"a", 10'002}, {"none", 2}, {"c", 1}}) == "44, 3, 37, 0 records");
  REQUIRE(enlarge("a", std::numeric_limits<int32_t>::max()) == "44, 0 records");
  REQUIRE(enlarge("wide", 10'002) == "38, 0 records");
}

TEST_CASE_METHOD(Controller,
                 "a created topic is told with all its settings and where they come from (KIP-525)") {
  describes = true;
  auto request = creation({"new", "newer", "old"});
  request.topics[0].configs.push_back({"retention.ms", "5"});
  for (bool validate_only : {true, false}) {
    request.validate_only = validate_only;
    auto decided = decide_create_topics(view(), request);
    REQUIRE(configs(decided.response.topics[0]) == "retention.ms=5 from 1; secret=null from 2 sensitive; ");
    REQUIRE(configs(decided.response.topics[1]) == "retention.ms=7 from 5; secret=null from 2 sensitive; ");
    REQUIRE(configs(decided.response.topics[2]) == "");
  }
}

TEST_CASE_METHOD(Controller, "names collide with those that are there, not with those of their own request") {
  REQUIRE(create(creation({"a.b", "a_b"})) == "a.b 0, a_b 0, 4 records");
}

TEST_CASE_METHOD(Controller, "a name that a request for creation has twice is refused once and not made") {
  REQUIRE(create(creation({"new", "other", "new"})) == "new 42, other 0, 2 records");
}

TEST_CASE_METHOD(Controller, "a topic that a request for deletion names twice is not deleted") {
  DeleteTopicsRequest request;
  request.topic_names = {"old", "old"};
  REQUIRE(remove(request, 5) == "old 42, 0 records");
  DeleteTopicsRequest by_id;
  name(by_id, std::nullopt, id(1));
  name(by_id, std::nullopt, id(1));
  REQUIRE(remove(by_id) == "- 42, 0 records");
  DeleteTopicsRequest by_both;
  name(by_both, "old");
  name(by_both, std::nullopt, id(1));
  name(by_both, std::nullopt, id(2));
  REQUIRE(remove(by_both) == "old 42, - 100, 0 records");
}

TEST_CASE_METHOD(Controller, "a topic by its id goes, though its name stands there twice") {
  DeleteTopicsRequest request;
  name(request, "old");
  name(request, "old");
  name(request, std::nullopt, id(1));
  REQUIRE(remove(request) == "old 42, old 0, 1 records");
}

TEST_CASE_METHOD(Controller, "a deletion names its topic by name or by id, not by both and not by neither") {
  DeleteTopicsRequest request;
  name(request, "old", id(1));
  name(request, std::nullopt);
  REQUIRE(remove(request) == "old 42, - 42, 0 records");
}

TEST_CASE_METHOD(Controller, "a topic that would have the directory of the metadata log is refused") {
  REQUIRE(create(creation({"__cluster_metadata"})) == "__cluster_metadata 42, 0 records");
}

// ---- authorization ----

TEST_CASE_METHOD(Controller, "topics are created by who may create them, or topics of the cluster") {
  rules = strict_rules();
  REQUIRE(create(creation({"new", "old"})) == "new 29, old 29, 0 records");
  REQUIRE(decide_create_topics(view(), creation({"new"})).response.topics[0].error_message ==
          "Authorization failed.");
  allow(AclOperation::kCreate, "new");
  REQUIRE(create(creation({"new", "old"})) == "new 0, old 29, 2 records");
  REQUIRE(image.apply(allow_cluster(AclOperation::kCreate)).ok());
  REQUIRE(create(creation({"new", "old"})) == "new 0, old 36, 2 records");
}

TEST_CASE_METHOD(Controller, "before it is asked who may create it, a topic is looked at as Kafka does") {
  rules = strict_rules();
  REQUIRE(create(creation({"new", "new"})) == "new 42, 0 records");
  REQUIRE(create(creation({"__cluster_metadata"})) == "__cluster_metadata 42, 0 records");
  REQUIRE(create(creation({"new"}, 10'001)) == "new 29, 0 records");
}

TEST_CASE_METHOD(Controller, "what a topic has become is for those who may describe its configuration") {
  rules = strict_rules();
  describes = true;
  allow(AclOperation::kCreate, "new");
  auto hidden = decide_create_topics(view(), creation({"new"}, 3)).response.topics[0];
  REQUIRE(hidden.error_code == 0);
  REQUIRE(hidden.topic_config_error_code == 29);
  REQUIRE(hidden.num_partitions == -1);
  REQUIRE(hidden.replication_factor == -1);
  REQUIRE(configs(hidden).empty());
  REQUIRE_FALSE(hidden.topic_id.is_zero());
  allow(AclOperation::kDescribeConfigs, "new");
  auto told = decide_create_topics(view(), creation({"new"}, 3));
  REQUIRE(told.response.topics[0].num_partitions == 3);
  REQUIRE(told.response.topics[0].topic_config_error_code == 0);
}

TEST_CASE_METHOD(Controller, "a deletion does not tell whether there is a topic of some name") {
  rules = strict_rules();
  DeleteTopicsRequest request;
  name(request, "old");
  name(request, "none");
  REQUIRE(remove(request) == "old 29, none 29, 0 records");
  allow(AclOperation::kDescribe, "*");
  REQUIRE(remove(request) == "old 29, none 3, 0 records");
  allow(AclOperation::kDelete, "old");
  REQUIRE(remove(request) == "old 0, none 3, 1 records");
}

TEST_CASE_METHOD(Controller, "a deletion by id tells the name to those who may describe it") {
  rules = strict_rules();
  DeleteTopicsRequest request;
  name(request, std::nullopt, id(1));
  name(request, std::nullopt, id(9));
  REQUIRE(remove(request) == "- 29, - 100, 0 records");
  allow(AclOperation::kDescribe, "old");
  REQUIRE(remove(request) == "old 29, - 100, 0 records");
  REQUIRE(decide_delete_topics(view(), request, 6).response.responses[0].error_message ==
          "Topic authorization failed.");
}

TEST_CASE_METHOD(Controller, "whoever may delete topics of the cluster may delete each") {
  rules = strict_rules();
  REQUIRE(image.apply(allow_cluster(AclOperation::kDelete)).ok());
  DeleteTopicsRequest request;
  name(request, "old");
  name(request, "none");
  REQUIRE(remove(request) == "old 0, none 3, 1 records");
}

// That name and id are of one topic is told to those who may delete it; that a name stands there twice, to
// all.
TEST_CASE_METHOD(Controller, "a topic that is named twice is the same, there or not") {
  rules = strict_rules();
  DeleteTopicsRequest both, twice;
  name(both, "old");
  name(both, std::nullopt, id(1));
  for (std::string_view topic : {"old", "none"}) {
    name(twice, topic);
    name(twice, topic);
  }
  REQUIRE(remove(both) == "old 29, - 29, 0 records");
  REQUIRE(remove(twice) == "old 42, none 42, 0 records");
}

TEST_CASE_METHOD(Controller, "topics are enlarged by who may alter them") {
  rules = strict_rules();
  REQUIRE(enlarge({{"old", 3}, {"none", 3}}) == "29, 29, 0 records");
  REQUIRE(enlarge({{"old", 3}, {"old", 3}}) == "42, 0 records");
  allow(AclOperation::kAlter, "old");
  REQUIRE(enlarge({{"old", 3}, {"none", 3}}) == "0, 29, 1 records");
}

TEST_CASE_METHOD(Controller, "topics that are too much for the client's quota are refused, the others made") {
  partitions_left = 5;
  REQUIRE(create(creation({"a", "b"}, 3)) == "a 0, b 89, 4 records");
  REQUIRE(*partitions_left == 2);
  auto decided = decide_create_topics(view(), creation({"c"}, 3));
  REQUIRE(decided.response.topics[0].error_message == "The throttling quota has been exceeded.");
}

TEST_CASE_METHOD(Controller, "what is wrong with a topic is said before it is charged") {
  partitions_left = 0;
  REQUIRE(create(creation({"old"}, 3)) == "old 36, 0 records");
  REQUIRE(create(creation({"new"}, 0)) == "new 37, 0 records");
}

TEST_CASE_METHOD(Controller, "a topic's deletion is charged with its partitions") {
  partitions_left = 1;
  DeleteTopicsRequest request;
  name(request, "old");
  REQUIRE(remove(request) == "old 89, 0 records");
  partitions_left = 2;
  REQUIRE(remove(request) == "old 0, 1 records");
  REQUIRE(*partitions_left == 0);
}

TEST_CASE_METHOD(Controller, "a topic that grows is charged with what it grows by") {
  partitions_left = 2;
  REQUIRE(enlarge("old", 5) == "89, 0 records");
  REQUIRE(enlarge("old", 4) == "0, 2 records");
  REQUIRE(*partitions_left == 0);
}
