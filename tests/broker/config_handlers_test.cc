#include "broker/handlers/configs.h"

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

  Handlers() { apply(testing::topic("orders", 1)); }

  void apply(const protocol::MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }

  DescribeConfigsResponse::DescribeConfigsResult describe(ConfigResourceType type, std::string_view name,
                                                          std::vector<std::string_view> keys = {}) {
    request.resources = {{static_cast<int8_t>(type), name, std::move(keys)}};
    return describe_configs(request, image, config, loggers, texts).results.at(0);
  }
  std::string error(ConfigResourceType type, std::string_view name) {
    auto result = describe(type, name);
    return std::string(protocol::name_of(static_cast<ErrorCode>(result.error_code))) + ": " +
           std::string(result.error_message.value_or("null"));
  }
  std::string listed(std::vector<int8_t> types, int16_t version) {
    protocol::ListConfigResourcesRequest body;
    body.resource_types = std::move(types);
    auto response = list_config_resources(body, version, "PLAINTEXT", image, texts);
    std::string text = response.error_code == 0 ? "" : "error " + std::to_string(response.error_code);
    for (const auto& resource : response.config_resources) {
      text += std::to_string(resource.resource_type) + ":" + std::string(resource.resource_name) + " ";
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
  REQUIRE(handlers.describe(ConfigResourceType::kBroker, "1").configs.size() == 342);
  REQUIRE(handlers.describe(ConfigResourceType::kBroker, "").configs.size() == 1);
  REQUIRE(handlers.describe(ConfigResourceType::kBrokerLogger, "1").configs.size() == 6);
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
