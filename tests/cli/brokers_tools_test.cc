// The tools that show brokers: kafka-broker-api-versions, kafka-log-dirs, kafka-groups, kafka-client-metrics.
#include <string>

#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using namespace protocol;

class BrokersFixture : public ToolFixture {
 public:
  Ran tool(std::string_view name, std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run(name, std::move(words));
  }
};

TEST_CASE_METHOD(BrokersFixture, "a broker's versions are lines of one text, with those that it lacks") {
  broker.more_versions = [](ApiVersionsResponse& response) {
    response.api_keys.push_back({0, 0, 13});
    response.api_keys.push_back({1, 20, 21});
    response.api_keys.push_back({900, 1, 1});
  };
  const std::string out = tool("kafka-broker-api-versions", {}).out;
  REQUIRE(out.starts_with("broker:9092 (id: 1 rack: null isFenced: false) -> (\n"
                          "\tProduce(0): 0 to 13 [usable: 13],\n"
                          "\tFetch(1): 20 to 21 [unusable: node too new],\n"
                          "\tListOffsets(2): UNSUPPORTED,\n"
                          "\tMetadata(3): 0 to 13 [usable: 13],\n"));
  REQUIRE(out.ends_with("\tDeleteShareGroupOffsets(92): UNSUPPORTED,\n\tUNKNOWN(900): 1\n)\n"));
  // Of controllers alone.
  REQUIRE(out.find("Vote(52)") == std::string::npos);
}

class LogDirsFixture : public BrokersFixture {
 public:
  LogDirsFixture() {
    broker.on<DescribeLogDirsRequest, DescribeLogDirsResponse>([](const DescribeLogDirsRequest&, int16_t) {
      DescribeLogDirsResponse response;
      auto& works = response.results.emplace_back();
      works.log_dir = "/data/1";
      for (const std::string_view name : {"a", "b"}) {
        auto& topic = works.topics.emplace_back();
        topic.name = name;
        topic.partitions.push_back({.partition_index = 0, .partition_size = 100, .offset_lag = 1});
      }
      auto& broken = response.results.emplace_back();
      broken.log_dir = "/data/2";
      broken.error_code = 56;
      return response;
    });
  }
};

TEST_CASE_METHOD(LogDirsFixture, "directories are one line of JSON behind two that say what is done") {
  const Ran ran = tool("kafka-log-dirs", {"--describe", "--topic-list", "b"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out.starts_with("Querying brokers for log directories information\n"
                              "Received log directory information from brokers 1\n"
                              R"({"brokers":[{"broker":1,"logDirs":[)"));
  REQUIRE(ran.out.find(R"({"partitions":[{"partition":"b-0","size":100,"offsetLag":1,"isFuture":false}],)"
                       R"("error":null,"logDir":"/data/1"})") != std::string::npos);
  REQUIRE(ran.out.find(R"({"partitions":[],)"
                       R"("error":"org.apache.kafka.common.errors.KafkaStorageException",)"
                       R"("logDir":"/data/2"})") != std::string::npos);
  REQUIRE(ran.out.ends_with(R"(]}],"version":1})"
                            "\n"));
}

TEST_CASE_METHOD(LogDirsFixture, "brokers that are not there are named") {
  const Ran ran = tool("kafka-log-dirs", {"--describe", "--broker-list", "1,7"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out == "");
  REQUIRE(ran.err ==
          "ERROR: The given brokers do not exist from --broker-list: 7. Current existent brokers: 1\n");
}

class AllGroupsFixture : public BrokersFixture {
 public:
  AllGroupsFixture() {
    broker.on<ListGroupsRequest, ListGroupsResponse>([](const ListGroupsRequest&, int16_t) {
      ListGroupsResponse response;
      response.groups.push_back({"readers", "consumer", "Stable", "Consumer"});
      return response;
    });
  }
};

TEST_CASE_METHOD(AllGroupsFixture, "groups stand in columns as wide as the longest, and 20 at least") {
  REQUIRE(tool("kafka-groups", {"--list"}).out ==
          "GROUP                TYPE                 PROTOCOL            \n"
          "readers              Consumer             consumer             \n");
  REQUIRE(tool("kafka-groups", {"--list", "--share"}).out ==
          "GROUP                TYPE                 PROTOCOL            \n");
  REQUIRE(tool("kafka-groups", {"--list", "--group-type", "CONSUMER"}).out.find("readers") !=
          std::string::npos);
}

TEST_CASE_METHOD(AllGroupsFixture, "one kind of group is asked for, and the list has to be asked for") {
  REQUIRE(tool("kafka-groups", {"--list", "--share", "--streams"})
              .err.starts_with("Option \"[share]\" can't be used with option \"[streams]\"\n"));
  REQUIRE(tool("kafka-groups", {"--share"})
              .err.starts_with("Command must include exactly one action: --list.\n"));
  REQUIRE(tool("kafka-groups", {"--list", "--group-type", "x"}).err ==
          "--group-type must be a valid group type.\n");
}

class MetricsFixture : public BrokersFixture {
 public:
  MetricsFixture() {
    broker.on<ListConfigResourcesRequest, ListConfigResourcesResponse>(
        [](const ListConfigResourcesRequest&, int16_t) {
          ListConfigResourcesResponse response;
          response.config_resources.push_back({.resource_name = "basic"});
          return response;
        });
    broker.on<DescribeConfigsRequest, DescribeConfigsResponse>([](const DescribeConfigsRequest&, int16_t) {
      DescribeConfigsResponse response;
      auto& result = response.results.emplace_back();
      result.resource_type = 16;
      result.resource_name = "basic";
      result.configs.push_back({.name = "interval.ms", .value = "5000", .config_source = 7});
      return response;
    });
    broker.on<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        [this](const IncrementalAlterConfigsRequest& request, int16_t) {
          for (const auto& config : request.resources.front().configs) {
            altered += std::string(config.name) + (config.config_operation == 0 ? "=" : "-") +
                       std::string(config.value.value_or("")) + ";";
          }
          return IncrementalAlterConfigsResponse();
        });
  }

  std::string altered;
};

TEST_CASE_METHOD(MetricsFixture, "subscriptions are listed, described, changed and deleted") {
  REQUIRE(tool("kafka-client-metrics", {"--list"}).out == "basic\n");
  REQUIRE(tool("kafka-client-metrics", {"--describe"}).out ==
          "Client metrics configs for basic are:\n  interval.ms=5000\n");
  REQUIRE(tool("kafka-client-metrics", {"--describe", "--name", "x"}).out ==
          "The client metric resource x doesn't exist and doesn't have dynamic config.\n");
  REQUIRE(tool("kafka-client-metrics",
               {"--alter", "--name", "basic", "--interval", "", "--match", "a=1,b=2", "--metrics", "org"})
              .out == "Altered client metrics config for basic.\n");
  REQUIRE(altered == "interval.ms-;metrics=org;match=a=1,b=2;");
  altered.clear();
  REQUIRE(tool("kafka-client-metrics", {"--delete", "--name", "basic"}).out ==
          "Deleted client metrics config for basic.\n");
  REQUIRE(altered == "interval.ms-;");
}

TEST_CASE_METHOD(MetricsFixture, "a change of a subscription needs one name and a number") {
  REQUIRE(tool("kafka-client-metrics", {"--alter"}).err ==
          "One of --name or --generate-name must be specified with --alter.\n");
  REQUIRE(tool("kafka-client-metrics", {"--alter", "--name", "x", "--interval", "soon"}).err ==
          "Invalid interval value. Enter an integer, or leave empty to reset.\n");
  REQUIRE(tool("kafka-client-metrics", {"--list", "--name", "x"})
              .err.starts_with("Option \"[list]\" can't be used with option \"[name]\"\n"));
}

}  // namespace
}  // namespace klamm::cli
