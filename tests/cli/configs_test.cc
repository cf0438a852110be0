#include "protocol/messages/alter_user_scram_credentials_request.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/describe_user_scram_credentials_request.h"
#include "protocol/messages/describe_user_scram_credentials_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::AlterUserScramCredentialsRequest;
using protocol::AlterUserScramCredentialsResponse;
using protocol::DescribeClientQuotasRequest;
using protocol::DescribeClientQuotasResponse;
using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::DescribeUserScramCredentialsRequest;
using protocol::DescribeUserScramCredentialsResponse;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;

class ConfigsFixture : public ToolFixture {
 public:
  ConfigsFixture() {
    broker.on<DescribeConfigsRequest, DescribeConfigsResponse>(
        [](const DescribeConfigsRequest& request, int16_t) {
          DescribeConfigsResponse response;
          for (const auto& resource : request.resources) {
            auto& result = response.results.emplace_back();
            result.resource_type = resource.resource_type;
            result.resource_name = resource.resource_name;
            auto& entry = result.configs.emplace_back();
            entry.name = "retention.ms";
            entry.value = "60000";
            entry.config_source = 1;
            entry.synonyms.push_back({.name = "retention.ms", .value = "60000", .source = 1});
            entry.synonyms.push_back({.name = "log.retention.ms", .value = std::nullopt, .source = 5});
            result.configs.push_back({.name = "cleanup.policy", .value = "delete", .config_source = 5});
          }
          return response;
        });
    broker.on<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        [this](const IncrementalAlterConfigsRequest& request, int16_t) {
          for (const auto& config : request.resources.front().configs) {
            altered.push_back(std::to_string(config.config_operation) + " " + std::string(config.name) + "=" +
                              std::string(config.value.value_or("null")));
          }
          IncrementalAlterConfigsResponse response;
          auto& result = response.responses.emplace_back();
          result.error_code = refusal;
          result.error_message = "no";
          return response;
        });
  }

  Ran configs(std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-configs", std::move(words));
  }

  std::vector<std::string> altered;
  int16_t refusal = 0;
};

TEST_CASE_METHOD(ConfigsFixture, "what was altered of a topic is shown with where it comes from") {
  topics = {{.name = "t"}};
  REQUIRE(configs({"--describe", "--topic", "t"}).out ==
          "Dynamic configs for topic t are:\n"
          "  retention.ms=60000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=60000, "
          "DEFAULT_CONFIG:log.retention.ms=null}\n");
  REQUIRE(configs({"--describe", "--entity-type", "topics", "--entity-name", "t", "--all"}).out ==
          "All configs for topic t are:\n"
          "  cleanup.policy=delete sensitive=false synonyms={}\n"
          "  retention.ms=60000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=60000, "
          "DEFAULT_CONFIG:log.retention.ms=null}\n");
}

TEST_CASE_METHOD(ConfigsFixture, "a topic that is not there is said, and no error") {
  const Ran ran = configs({"--describe", "--topic", "gone"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out == "The topic 'gone' doesn't exist and doesn't have dynamic config.\n");
}

TEST_CASE_METHOD(ConfigsFixture, "values with commas stand in brackets") {
  const Ran ran = configs({"--alter", "--topic", "t", "--add-config",
                           "cleanup.policy=[compact,delete],retention.ms=1", "--delete-config", "a,b"});
  REQUIRE(ran.out == "Completed updating config for topic t.\n");
  REQUIRE(altered == std::vector<std::string>{"1 a=", "1 b=", "0 cleanup.policy=compact,delete",
                                              "0 retention.ms=1"});
}

TEST_CASE_METHOD(ConfigsFixture, "of a key that comes twice the last value is sent, once") {
  configs({"--alter", "--topic", "t", "--add-config", "a=1,b=2,a=3"});
  REQUIRE(altered == std::vector<std::string>{"0 a=3", "0 b=2"});
}

TEST_CASE_METHOD(ConfigsFixture, "a broker's own configuration is asked of that broker alone, for a minute") {
  REQUIRE(configs({"--alter", "--broker", "1", "--add-config", "a=1"}).status == 0);
  const Ran ran = configs({"--alter", "--broker", "9", "--add-config", "a=1"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err.ends_with("org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node "
                            "assignment. Call: incrementalAlterConfigs\n"));
  REQUIRE(clock.now_ms >= 60'000);
  REQUIRE(altered.size() == 1);
}

TEST_CASE_METHOD(ConfigsFixture, "the default of all brokers has words of its own") {
  REQUIRE(configs({"--alter", "--broker-defaults", "--add-config", "a=1"}).out ==
          "Completed updating default config for brokers in the cluster.\n");
}

TEST_CASE_METHOD(ConfigsFixture, "what the broker refuses is told as Java's exception, without passwords") {
  refusal = 40;
  const Ran ran =
      configs({"--alter", "--topic", "t", "--add-config", "ssl.keystore.password=canary,retention.ms=1"});
  REQUIRE(ran.status == 1);
  REQUIRE(altered.size() == 2);
  REQUIRE(ran.err.starts_with("Error while executing config command with args '--bootstrap-server "
                              "broker:9092 --alter --topic t --add-config (not shown)'\n"));
  REQUIRE(ran.err.find("canary") == std::string::npos);
  const Ran plain = configs({"--alter", "--topic", "t", "--add-config", "a=1"});
  REQUIRE(plain.err ==
          "Error while executing config command with args '--bootstrap-server broker:9092 --alter --topic t "
          "--add-config a=1'\njava.util.concurrent.ExecutionException: "
          "org.apache.kafka.common.errors.InvalidConfigurationException: no\n");
}

TEST_CASE_METHOD(ConfigsFixture, "a SCRAM credential is made here, and only its salted password is sent") {
  std::string sent;
  int32_t iterations = 0;
  broker.on<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(
      [&](const AlterUserScramCredentialsRequest& request, int16_t) {
        sent = as_text(request.upsertions.front().salted_password);
        iterations = request.upsertions.front().iterations;
        return AlterUserScramCredentialsResponse();
      });
  const Ran ran = configs({"--alter", "--user", "alice", "--add-config",
                           "SCRAM-SHA-256=[iterations=8192,password=secret]"});
  REQUIRE(ran.out == "Completed updating config for user alice.\n");
  REQUIRE(iterations == 8192);
  REQUIRE(sent.size() == 32);
  REQUIRE(configs({"--alter", "--user", "alice", "--add-config", "SCRAM-SHA-256=[iterations=1,password=s]"})
              .err == "Iterations 1 is less than the minimum 4096 required for SCRAM-SHA-256\n");
}

TEST_CASE_METHOD(ConfigsFixture, "quotas and credentials of a user are shown, each in its line") {
  broker.on<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(
      [](const DescribeClientQuotasRequest&, int16_t) {
        DescribeClientQuotasResponse response;
        auto& entry = response.entries.emplace().emplace_back();
        entry.entity.push_back({.entity_type = "user", .entity_name = "alice"});
        entry.values.push_back({.key = "producer_byte_rate", .value = 1024});
        return response;
      });
  broker.on<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(
      [](const DescribeUserScramCredentialsRequest&, int16_t) {
        DescribeUserScramCredentialsResponse response;
        auto& result = response.results.emplace_back();
        result.user = "alice";
        result.credential_infos.push_back({.mechanism = 2, .iterations = 4096});
        return response;
      });
  REQUIRE(configs({"--describe", "--user", "alice"}).out ==
          "Quota configs for user-principal 'alice' are producer_byte_rate=1024.0\n"
          "SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-512=iterations=4096\n");
}

TEST_CASE_METHOD(ConfigsFixture, "what is wrong on the command line is said in Kafka's words") {
  REQUIRE(configs({"--describe", "--entity-type", "topic"}).err ==
          "Invalid entity type topic, the entity type must be one of topics, clients, users, brokers, ips, "
          "client-metrics, groups, broker-loggers with a --bootstrap-server or --bootstrap-controller "
          "argument\n");
  REQUIRE(configs({"--alter", "--topic", "t"}).err ==
          "At least one of --add-config, --add-config-file, or --delete-config must be specified with "
          "--alter\n");
  REQUIRE(configs({"--describe", "--broker", "x"}).err ==
          "The entity name for brokers must be a valid integer broker id, but it is: x\n");
}

}  // namespace
}  // namespace klamm::cli
