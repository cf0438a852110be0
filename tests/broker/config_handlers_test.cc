#include "broker/controller/configs.h"
#include "broker/handlers/configs.h"

#include "tests/broker/access_records.h"
#include "tests/broker/config_fixture.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::ErrorCode;

namespace {

struct Handlers : ConfigFixture {
  NodeConfig config = node();
  ClusterImage image;
  BrokerLoggers loggers;
  Texts texts;
  DescribeConfigsRequest request;

  AuthorizerRules rules;  // disabled: all is allowed

  Access access() const { return {rules, image.acls(), "User:alice", "10.0.0.1"}; }

  Handlers() { apply(testing::topic("orders", 1)); }

  void apply(const protocol::MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }

  DescribeConfigsResponse::DescribeConfigsResult describe(ConfigResourceType type, std::string_view name,
                                                          std::vector<std::string_view> keys = {}) {
    request.resources = {{static_cast<int8_t>(type), name, std::move(keys)}};
    return describe_configs(request, image, access(), config, loggers, texts).results.at(0);
  }
  std::string error(ConfigResourceType type, std::string_view name) {
    auto result = describe(type, name);
    return std::string(protocol::name_of(static_cast<ErrorCode>(result.error_code))) + ": " +
           std::string(result.error_message.value_or("null"));
  }
  std::string listed(std::vector<int8_t> types, int16_t version) {
    protocol::ListConfigResourcesRequest body;
    body.resource_types = std::move(types);
    auto response = list_config_resources(body, version, "PLAINTEXT", image, access(), texts);
    std::string text = response.error_code == 0 ? "" : "error " + std::to_string(response.error_code);
    for (const auto& resource : response.config_resources) {
      text += std::to_string(resource.resource_type) + ":" + std::string(resource.resource_name) + " ";
    }
    return text;
  }
};

using AlterRequest = protocol::IncrementalAlterConfigsRequest;

// A request decided on, its records applied, and the answer as text.
struct Altering : Handlers {
  SeededRandom random{1};
  size_t written = 0;
  bool asks = false;  // somebody, whom the rules hold for
  bool on_controller_listener = false;

  std::string alter(const AlterRequest& asked) {
    ControllerView view{image, config.controller, random, {}};
    if (asks) view.asker = Asker{access(), on_controller_listener};
    return finish(decide_incremental_alter_configs(view, asked, {config, loggers}));
  }
  std::string alter(const protocol::AlterConfigsRequest& asked) {
    ControllerView view{image, config.controller, random, {}};
    if (asks) view.asker = Asker{access(), on_controller_listener};
    return finish(decide_alter_configs(view, asked, {config, loggers}));
  }

  template <class Response>
  std::string finish(Decided<Response> decided) {
    std::string text;
    for (const auto& answer : decided.response.responses) {
      text += std::string(protocol::name_of(static_cast<ErrorCode>(answer.error_code))) + " " +
              std::string(answer.error_message.value_or("-")) + ";";
    }
    written = decided.decision.records.size();
    for (const Bytes& record : decided.decision.records) {
      auto read = protocol::read_metadata_record(record);
      REQUIRE(read.has_value());
      apply(*read);
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a topic is described from the image, the broker's dynamic settings and the file") {
  Handlers handlers;
  handlers.apply(testing::config(ConfigResourceType::kTopic, "orders", "segment.bytes", "2097152"));
  handlers.apply(testing::config(ConfigResourceType::kBroker, "", "log.retention.ms", "5"));
  handlers.apply(testing::config(ConfigResourceType::kBroker, "1", "log.retention.ms", "not a number"));
  handlers.request.include_synonyms = true;
  auto result = handlers.describe(ConfigResourceType::kTopic, "orders", {"segment.bytes", "retention.ms"});
  REQUIRE(result.error_code == 0);
  REQUIRE(result.configs.size() == 2);
  REQUIRE(result.configs[0].name == "retention.ms");
  REQUIRE(result.configs[0].value == "5");
  REQUIRE(result.configs[0].config_source == 3);
  REQUIRE(result.configs[1].config_source == 1);
  REQUIRE(result.configs[1].config_type == 3);
  REQUIRE(result.configs[1].synonyms.size() == 2);
  REQUIRE_FALSE(result.configs[1].documentation.has_value());
}

TEST_CASE("documentation and synonyms are given when they are asked for") {
  Handlers handlers;
  auto plain = handlers.describe(ConfigResourceType::kTopic, "orders");
  REQUIRE(plain.configs.size() == 33);
  REQUIRE(plain.configs[0].synonyms.empty());
  handlers.request.include_documentation = true;
  REQUIRE(handlers.describe(ConfigResourceType::kTopic, "orders").configs[0].documentation.has_value());
}

// What was asked for may be as long as a string can be, and the text about it is longer.
TEST_CASE("the message about what cannot be described fits the wire, whatever its name") {
  Handlers handlers;
  const std::string name(0x7FFF, 'x');
  auto result = handlers.describe(ConfigResourceType::kBroker, name);
  REQUIRE(result.error_message->size() == 0x7FFF);
  REQUIRE(result.error_message->starts_with("Broker id must be an integer, but it is: xx"));
}

TEST_CASE("what cannot be described says why, in Kafka's words") {
  Handlers handlers;
  REQUIRE(handlers.error(ConfigResourceType::kTopic, "none") == "UNKNOWN_TOPIC_OR_PARTITION: ");
  REQUIRE(handlers.error(ConfigResourceType::kTopic, "a b")
              .starts_with("INVALID_TOPIC_EXCEPTION: Topic name is"));
  REQUIRE(handlers.error(ConfigResourceType::kBroker, "2") ==
          "INVALID_REQUEST: Unexpected broker id, expected 1 or empty string, but received 2");
  REQUIRE(handlers.error(ConfigResourceType::kBroker, "x") ==
          "INVALID_REQUEST: Broker id must be an integer, but it is: x");
  REQUIRE(handlers.error(ConfigResourceType::kBrokerLogger, "") ==
          "INVALID_REQUEST: Broker id must not be empty");
  REQUIRE(handlers.error(ConfigResourceType::kGroup, "") == "INVALID_REQUEST: Group name must not be empty");
  REQUIRE(handlers.error(static_cast<ConfigResourceType>(3), "x").starts_with("INVALID_REQUEST: "));
}

TEST_CASE("brokers, their defaults, loggers, groups and subscriptions are described") {
  Handlers handlers;
  handlers.apply(testing::config(ConfigResourceType::kBroker, "", "log.retention.ms", "5"));
  REQUIRE(handlers.describe(ConfigResourceType::kBroker, "1").configs.size() == 354);
  REQUIRE(handlers.describe(ConfigResourceType::kBroker, "").configs.size() == 1);
  REQUIRE(handlers.describe(ConfigResourceType::kBrokerLogger, "1").configs.size() == 18);
  REQUIRE(handlers.describe(ConfigResourceType::kGroup, "g").configs.size() == 17);
  REQUIRE(handlers.describe(ConfigResourceType::kClientMetrics, "m").configs.size() == 3);
}

TEST_CASE("resources are listed by type, and version 0 knows subscriptions only") {
  Handlers handlers;
  handlers.apply(testing::config(ConfigResourceType::kClientMetrics, "m", "interval.ms", "100"));
  handlers.apply(testing::config(ConfigResourceType::kGroup, "g", "consumer.session.timeout.ms", "50000"));
  REQUIRE(handlers.listed({}, 0) == "16:m ");
  REQUIRE(handlers.listed({}, 1) == "32:g 16:m 2:orders ");
  REQUIRE(handlers.listed({2}, 1) == "2:orders ");
  handlers.apply(testing::broker(3, 10));
  REQUIRE(handlers.listed({8, 4}, 1) == "8:3 4:3 ");
  REQUIRE(handlers.listed({2, 3}, 1) == "error 35");
}

TEST_CASE("a request of several resources is answered for each, and what is right is written") {
  Altering altering;
  AlterRequest asked;
  asked.resources = {{2, "orders", {{"retention.ms", 0, "5"}}}, {2, "none", {{"retention.ms", 0, "5"}}},
                     {4, "", {{"log.retention.ms", 0, "6"}}},   {4, "1", {{"node.id", 0, "6"}}},
                     {8, "1", {{"root", 0, "INFO"}}},           {7, "x", {}}};
  REQUIRE(altering.alter(asked) ==
          "NONE -;UNKNOWN_TOPIC_OR_PARTITION The topic 'none' does not exist.;NONE -;"
          "INVALID_REQUEST Cannot update these configs dynamically: [node.id];NONE -;"
          "INVALID_REQUEST Unknown resource type 7;");
  REQUIRE(altering.written == 2);
  auto result = altering.describe(ConfigResourceType::kTopic, "orders", {"retention.ms"});
  REQUIRE(result.configs[0].value == "5");
  REQUIRE(altering.image.configs().of(ConfigResourceType::kBroker, "").size() == 1);
}

TEST_CASE("a resource twice, or a request that only validates, writes nothing") {
  Altering altering;
  AlterRequest twice;
  twice.resources = {{2, "orders", {{"retention.ms", 0, "5"}}}, {2, "orders", {{"segment.ms", 0, "5"}}}};
  REQUIRE(altering.alter(twice) ==
          "INVALID_REQUEST Each resource must appear at most once.;"
          "INVALID_REQUEST Each resource must appear at most once.;");
  AlterRequest trial;
  trial.validate_only = true;
  trial.resources = {{2, "orders", {{"retention.ms", 0, "5"}}}};
  REQUIRE(altering.alter(trial) == "NONE -;");
  REQUIRE(altering.image.configs().resources().empty());
}

TEST_CASE(
    "at a controller's listener settings are what the cluster keeps, not what this broker thinks of them") {
  Altering altering;
  altering.asks = altering.on_controller_listener = true;
  AlterRequest asked;
  asked.resources = {{4, "2", {{"log.retention.ms", 0, "6"}}},
                     {4, "", {{"log.cleaner.threads", 0, "many"}}},
                     {77, "x", {}},
                     {2, "orders", {{"retention.ms", 0, "5"}}},
                     {2, "orders", {{"segment.ms", 0, "5"}}}};
  REQUIRE(
      altering.alter(asked) ==
      "BROKER_ID_NOT_REGISTERED No node with id 2 found.;NONE -;UNSUPPORTED_VERSION Unknown resource type "
      "77.;INVALID_REQUEST Duplicate resource.;");
  REQUIRE(altering.written == 1);
}

TEST_CASE("with eligible leader replicas a changed min.insync.replicas clears them") {
  Altering altering;
  for (const auto& record : testing::one_of_everything()) {
    if (std::holds_alternative<protocol::FeatureLevelRecord>(record)) altering.apply(record);
  }
  altering.apply(testing::feature("eligible.leader.replicas.version", 1));
  AlterRequest asked;
  asked.resources = {{2, "orders", {{"min.insync.replicas", 0, "2"}}}};
  REQUIRE(altering.alter(asked) == "NONE -;");
  REQUIRE(altering.written == 2);
}

TEST_CASE("AlterConfigs leaves only what it names") {
  Altering altering;
  altering.apply(testing::config(ConfigResourceType::kTopic, "orders", "retention.ms", "5"));
  protocol::AlterConfigsRequest asked;
  asked.resources = {{2, "orders", {{"segment.ms", "7"}}}};
  REQUIRE(altering.alter(asked) == "NONE -;");
  REQUIRE(altering.written == 2);
  REQUIRE(altering.image.configs().of_topic("orders").size() == 1);
}

// ---- authorization ----

TEST_CASE("what may not be described is refused by its kind, there or not, right or wrong") {
  Handlers handlers;
  handlers.rules = testing::strict_rules();
  REQUIRE(handlers.error(ConfigResourceType::kTopic, "orders") ==
          "TOPIC_AUTHORIZATION_FAILED: Topic authorization failed.");
  REQUIRE(handlers.describe(ConfigResourceType::kTopic, "none").error_code == 29);
  REQUIRE(handlers.describe(ConfigResourceType::kTopic, "a b").error_code == 29);
  REQUIRE(handlers.describe(ConfigResourceType::kGroup, "").error_code == 30);
  for (auto type :
       {ConfigResourceType::kBroker, ConfigResourceType::kBrokerLogger, ConfigResourceType::kClientMetrics}) {
    REQUIRE(handlers.error(type, "x") == "CLUSTER_AUTHORIZATION_FAILED: Cluster authorization failed.");
  }
}

TEST_CASE("an unknown type of resource is told of before who may describe what") {
  Handlers handlers;
  handlers.rules = testing::strict_rules();
  REQUIRE(handlers.error(static_cast<ConfigResourceType>(3), "x").starts_with("INVALID_REQUEST"));
}

TEST_CASE("what can be described is listed to those who may describe the cluster's configuration") {
  Handlers handlers;
  handlers.rules = testing::strict_rules();
  REQUIRE(handlers.listed({}, 1) == "error 31");
  REQUIRE(handlers.listed({99}, 1) == "error 31");
  handlers.apply(testing::allow_cluster(testing::AclOperation::kDescribeConfigs));
  REQUIRE(handlers.listed({99}, 1) == "error 35");
}

namespace {

struct AlteringAsSomebody : Altering {
  AlteringAsSomebody() {
    rules = testing::strict_rules();
    asks = true;
  }
  std::string set(ConfigResourceType type, std::string_view name, std::string_view key,
                  std::optional<std::string_view> value) {
    AlterRequest asked;
    asked.resources = {{static_cast<int8_t>(type), name, {{key, 0, value}}}};
    return alter(asked);
  }
};

}  // namespace

TEST_CASE_METHOD(AlteringAsSomebody, "what may not be altered is refused by its kind, and stays") {
  REQUIRE(set(ConfigResourceType::kTopic, "orders", "retention.ms", "1") ==
          "TOPIC_AUTHORIZATION_FAILED Topic authorization failed.;");
  REQUIRE(set(ConfigResourceType::kGroup, "g", "consumer.session.timeout.ms", "50000") ==
          "GROUP_AUTHORIZATION_FAILED Group authorization failed.;");
  REQUIRE(set(ConfigResourceType::kClientMetrics, "m", "interval.ms", "100") ==
          "CLUSTER_AUTHORIZATION_FAILED Cluster authorization failed.;");
  REQUIRE(written == 0);
  apply(testing::allow(testing::AclOperation::kAlterConfigs, testing::ResourceType::kTopic, "orders"));
  REQUIRE(set(ConfigResourceType::kTopic, "orders", "retention.ms", "1") == "NONE -;");
}

TEST_CASE_METHOD(AlteringAsSomebody,
                 "a broker says what is wrong before it asks who may, a controller after") {
  const auto wrong = [&] { return set(ConfigResourceType::kBroker, "", "log.retention.ms", std::nullopt); };
  REQUIRE(wrong().starts_with("INVALID_REQUEST"));
  on_controller_listener = true;
  REQUIRE(wrong().starts_with("CLUSTER_AUTHORIZATION_FAILED"));
}

TEST_CASE_METHOD(AlteringAsSomebody, "levels of loggers are altered by whom the listener asks for") {
  const auto level = [&] { return set(ConfigResourceType::kBrokerLogger, "1", "kafka", "DEBUG"); };
  REQUIRE(level().starts_with("CLUSTER_AUTHORIZATION_FAILED"));
  apply(testing::allow_cluster(testing::AclOperation::kAlterConfigs));
  REQUIRE(level() == "NONE -;");
  on_controller_listener = true;
  REQUIRE(level().starts_with("CLUSTER_AUTHORIZATION_FAILED"));
  apply(testing::allow_cluster(testing::AclOperation::kClusterAction));
  REQUIRE(level() == "NONE -;");
}

TEST_CASE("more settings than one request may have are refused before they are looked at") {
  Altering altering;
  AlterRequest asked;
  auto& resource = asked.resources.emplace_back();
  resource.resource_type = static_cast<int8_t>(ConfigResourceType::kBroker);
  std::vector<std::string> names;
  for (size_t i = 0; i <= kRecordsPerRequestMax; ++i) names.push_back("note." + std::to_string(i));
  for (const std::string& name : names) resource.configs.emplace_back().name = name;
  REQUIRE(altering.alter(asked) == "POLICY_VIOLATION ;");
  REQUIRE(altering.written == 0);
}

TEST_CASE("stores are tried where a request names them, and where it takes them away by not naming them") {
  Altering altering;
  const std::string store = "listener.name.plaintext.ssl.keystore.location";
  AlterRequest named;
  auto& resource = named.resources.emplace_back();
  resource.resource_type = static_cast<int8_t>(ConfigResourceType::kBroker);
  resource.resource_name = "1";
  resource.configs.emplace_back().name = "broker.note";
  protocol::AlterConfigsRequest replaced;
  auto& other = replaced.resources.emplace_back();
  other.resource_type = resource.resource_type;
  other.resource_name = "1";
  REQUIRE_FALSE(may_change_stores(altering.image, named));
  REQUIRE_FALSE(may_change_stores(altering.image, replaced));
  altering.apply(testing::config(ConfigResourceType::kBroker, "1", store, "/tls/a.pem"));
  REQUIRE_FALSE(may_change_stores(altering.image, named));
  REQUIRE(may_change_stores(altering.image, replaced));
  resource.configs.emplace_back().name = store;
  REQUIRE(may_change_stores(altering.image, named));
}
