#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;
using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;

class TopicsFixture : public ToolFixture {
 public:
  TopicsFixture() {
    broker.on<DescribeConfigsRequest, DescribeConfigsResponse>(
        [](const DescribeConfigsRequest& request, int16_t) {
          DescribeConfigsResponse response;
          for (const auto& resource : request.resources) {
            auto& result = response.results.emplace_back();
            result.resource_type = resource.resource_type;
            result.resource_name = resource.resource_name;
            result.configs.push_back({.name = "retention.ms", .value = "60000", .config_source = 1});
            result.configs.push_back({.name = "compression.type", .value = "zstd", .config_source = 1});
            result.configs.push_back({.name = "min.insync.replicas", .value = "2", .config_source = 5});
          }
          return response;
        });
  }

  Ran topics_tool(std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-topics", std::move(words));
  }
};

TEST_CASE_METHOD(TopicsFixture, "topics are listed by name, an empty list is an empty line") {
  REQUIRE(topics_tool({"--list"}).out == "\n");
  topics = {{.name = "b"}, {.name = "a"}, {.name = "__consumer_offsets", .is_internal = true}};
  REQUIRE(topics_tool({"--list"}).out == "__consumer_offsets\na\nb\n");
  REQUIRE(topics_tool({"--list", "--exclude-internal"}).out == "a\nb\n");
  REQUIRE(topics_tool({"--list", "--topic", "a|c.*"}).out == "a\n");
}

TEST_CASE_METHOD(TopicsFixture, "a description has Kafka's lines, its configuration in Kafka's order") {
  topics = {{.name = "t", .partitions = {{}, {.leader = -1, .replicas = {1, 2}, .isr = {1}}}}};
  const Ran ran = topics_tool({"--describe", "--topic", "t"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "Topic: t\tTopicId: AAAAAAAAAAcAAAAAAAAABw\tPartitionCount: 2\tReplicationFactor: 1\t"
          "Configs: compression.type=zstd,retention.ms=60000\n"
          "\tTopic: t\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: \n"
          "\tTopic: t\tPartition: 1\tLeader: none\tReplicas: 1,2\tIsr: 1\tElr: \tLastKnownElr: \n");
}

TEST_CASE_METHOD(TopicsFixture, "reports show the partitions that they are for, and no topic's line") {
  topics = {{.name = "t", .partitions = {{}, {.replicas = {1, 2}, .isr = {1, 2}}, {.leader = 9}}}};
  const auto lines = [&](std::string_view option) {
    const Ran ran = topics_tool({"--describe", option});
    std::string partitions;
    for (size_t at = 0; (at = ran.out.find("Partition: ", at)) != std::string::npos; at += 11) {
      partitions += ran.out[at + 11];
    }
    return partitions;
  };
  REQUIRE(lines("--unavailable-partitions") == "2");
  REQUIRE(lines("--under-min-isr-partitions") == "02");
  REQUIRE(lines("--at-min-isr-partitions") == "1");
  REQUIRE(lines("--under-replicated-partitions") == "");
}

TEST_CASE_METHOD(TopicsFixture, "a topic that is not there is an error on standard output") {
  const Ran ran = topics_tool({"--describe", "--topic", "gone"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out == "Error while executing topic command : Topic 'gone' does not exist as expected\n");
  REQUIRE(topics_tool({"--describe", "--topic", "gone", "--if-exists"}).status == 0);
}

TEST_CASE_METHOD(TopicsFixture, "a topic is made with what the options say") {
  CreateTopicsRequest seen;
  std::string name;
  broker.on<CreateTopicsRequest, CreateTopicsResponse>([&](const CreateTopicsRequest& request, int16_t) {
    name = request.topics.front().name;
    seen.topics = {{.num_partitions = request.topics.front().num_partitions,
                    .replication_factor = request.topics.front().replication_factor}};
    CreateTopicsResponse response;
    response.topics.emplace_back().name = name;
    return response;
  });
  const Ran ran = topics_tool({"--create", "--topic", "a.b", "--partitions", "3", "--config", "k=v"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could "
          "collide. To avoid issues it is best to use either, but not both.\nCreated topic a.b.\n");
  REQUIRE(name == "a.b");
  REQUIRE(seen.topics.front().num_partitions == 3);
  REQUIRE(seen.topics.front().replication_factor == -1);
}

TEST_CASE_METHOD(TopicsFixture, "a topic that is there is an error, unless --if-not-exists") {
  broker.on<CreateTopicsRequest, CreateTopicsResponse>([](const CreateTopicsRequest&, int16_t) {
    CreateTopicsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.error_code = 36;
    topic.error_message = "Topic 't' already exists.";
    return response;
  });
  const Ran ran = topics_tool({"--create", "--topic", "t"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out == "Error while executing topic command : Topic 't' already exists.\n");
  const Ran passed = topics_tool({"--create", "--topic", "t", "--if-not-exists"});
  REQUIRE(passed.status == 0);
  REQUIRE(passed.out.empty());
}

TEST_CASE_METHOD(TopicsFixture, "deleting asks for all topics that the expression stands for") {
  topics = {{.name = "a1"}, {.name = "a2"}, {.name = "b"}};
  std::vector<std::string> deleted;
  broker.on<DeleteTopicsRequest, DeleteTopicsResponse>([&](const DeleteTopicsRequest& request, int16_t) {
    for (const auto& topic : request.topics) deleted.emplace_back(*topic.name);
    return DeleteTopicsResponse();
  });
  const Ran ran = topics_tool({"--delete", "--topic", "a.*"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out.empty());
  REQUIRE(deleted == std::vector<std::string>{"a1", "a2"});
}

TEST_CASE_METHOD(TopicsFixture, "what is wrong on the command line is on standard error") {
  REQUIRE(run("kafka-topics", {"--list"}).err == "--bootstrap-server must be specified\n");
  const Ran none = topics_tool({"--topic", "t"});
  REQUIRE(none.status == 1);
  REQUIRE(none.err.starts_with(
      "Command must include exactly one action: --list, --describe, --create, --alter or --delete\nOption "));
  REQUIRE(topics_tool({"--create"}).err.starts_with("Missing required argument \"[topic]\"\n"));
  REQUIRE(run("kafka-topics", {"--version"}).out == "4.3.1\n");
  REQUIRE(topics_tool({"--list", "--json"}).err == "json is not a recognized option\n");
}

TEST_CASE_METHOD(TopicsFixture, "JSON is for the tool under its own name") {
  is_native = true;
  topics = {{.name = "a"}};
  REQUIRE(topics_tool({"--list", "--json"}).out == "[\"a\"]\n");
  REQUIRE(topics_tool({"--delete", "--topic", "a", "--json"})
              .err.starts_with("Option \"[json]\" can't be used with option \"[delete]\"\n"));
}

TEST_CASE_METHOD(TopicsFixture, "reports in JSON have the partitions that they are for, too") {
  is_native = true;
  topics = {{.name = "good"}, {.name = "t", .partitions = {{}, {.leader = -1}}}};
  REQUIRE(topics_tool({"--describe", "--unavailable-partitions", "--json"}).out ==
          R"([{"name":"t","id":"AAAAAAAAAAcAAAAAAAAABw","internal":false,"configs":{"retention.ms":"60000",)"
          R"("compression.type":"zstd"},"partitions":[{"partition":1,"leader":-1,"replicas":[1],"isr":[1],)"
          R"("elr":[],"last_known_elr":[]}]}])"
          "\n");
}

TEST_CASE_METHOD(TopicsFixture, "a broker that comes up late is waited for") {
  broker.refuse(3);
  const Ran ran = topics_tool({"--list"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.err == "WARN cannot connect to broker:9092: Connection refused; trying again for up to 60 s\n");
}

TEST_CASE_METHOD(TopicsFixture, "a broker that does not come up is a failure after a minute") {
  broker.refuse(1'000'000);
  const Ran ran = topics_tool({"--list"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out ==
          "Error while executing topic command : Timed out waiting for a node assignment. Call: "
          "listTopics\n");
  REQUIRE(clock.now_ms >= 60'000);
}

}  // namespace
}  // namespace klamm::cli
