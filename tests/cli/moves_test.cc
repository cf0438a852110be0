// kafka-leader-election and kafka-reassign-partitions.
#include <map>
#include <string>

#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/alter_replica_log_dirs_request.h"
#include "protocol/messages/alter_replica_log_dirs_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "tests/cli/temp_folder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using namespace protocol;

class ElectionFixture : public ToolFixture {
 public:
  ElectionFixture() {
    broker.on<ElectLeadersRequest, ElectLeadersResponse>([this](const ElectLeadersRequest& request, int16_t) {
      type = request.election_type;
      ElectLeadersResponse response;
      auto& topic = response.replica_election_results.emplace_back();
      topic.topic = "t";
      topic.partition_result.push_back({.partition_id = 0, .error_message = std::nullopt});
      topic.partition_result.push_back({.partition_id = 1, .error_code = 84, .error_message = "needless"});
      if (request.topic_partitions) return response;
      topic.partition_result.push_back(
          {.partition_id = 2, .error_code = 83, .error_message = "none is in sync"});
      return response;
    });
  }

  Ran elect(std::vector<std::string_view> words) {
    words.insert(words.begin(), "b:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-leader-election", std::move(words));
  }

  int type = -1;
  TempFolder folder;
};

TEST_CASE_METHOD(ElectionFixture, "leaders are elected for the partitions that a file names") {
  const std::string path = folder.write(
      "partitions.json",
      R"({"partitions": [{"topic": "t", "partition": 1}, {"topic": "t", "partition": 0}]})");
  const Ran ran = elect({"--election-type", "preferred", "--path-to-json-file", path});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "Successfully completed leader election (PREFERRED) for partitions t-0\n"
          "Valid replica already elected for partitions t-1\n");
  REQUIRE(type == 0);
}

TEST_CASE_METHOD(ElectionFixture, "elections that fail are told one by one, and the tool fails") {
  const Ran ran = elect({"--election-type", "UNCLEAN", "--all-topic-partitions"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out ==
          "Successfully completed leader election (UNCLEAN) for partitions t-0\n"
          "Valid replica already elected for partitions t-1\n"
          "Error completing leader election (UNCLEAN) for partition: t-2: "
          "org.apache.kafka.common.errors.EligibleLeadersNotAvailableException: none is in sync\n");
  REQUIRE(ran.err == "1 replica(s) could not be elected\n");
  REQUIRE(type == 1);
}

TEST_CASE_METHOD(ElectionFixture, "an election needs its kind, and its partitions in one way") {
  REQUIRE(run("kafka-leader-election", {}).err.starts_with("This tool attempts to elect a new leader"));
  REQUIRE(run("kafka-leader-election", {"--topic", "t"}).err ==
          "Missing required option(s): bootstrap-server, election-type\n");
  REQUIRE(elect({"--election-type", "preferred"}).err ==
          "One and only one of the following options is required: topic, all-topic-partitions, "
          "path-to-json-file\n");
  REQUIRE(elect({"--election-type", "preferred", "--topic", "t"}).err ==
          "Missing required option(s): partition\n");
  REQUIRE(elect({"--election-type", "fair", "--all-topic-partitions"}).err ==
          "Cannot parse argument 'fair' of option election-type\n");
}

class ReassignFixture : public ToolFixture {
 public:
  ReassignFixture() {
    brokers = {1, 2, 3};
    topics = {{.name = "t", .partitions = {{.replicas = {1, 2}}, {.replicas = {2, 3}}}}};
    broker.on<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
        [this](const ListPartitionReassignmentsRequest&, int16_t) { return listed(); });
    broker.on<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
        [this](const AlterPartitionReassignmentsRequest& request, int16_t) { return altered(request); });
    broker.on<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        [this](const IncrementalAlterConfigsRequest& request, int16_t) {
          for (const auto& resource : request.resources) {
            for (const auto& config : resource.configs) {
              configs[std::string(resource.resource_name)] +=
                  std::string(config.name) + "=" + std::string(config.value.value_or("")) + ";";
            }
          }
          return IncrementalAlterConfigsResponse();
        });
    broker.on<DescribeLogDirsRequest, DescribeLogDirsResponse>(
        [this](const DescribeLogDirsRequest& request, int16_t) { return directories(request); });
    broker.on<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(
        [](const AlterReplicaLogDirsRequest& request, int16_t) {
          AlterReplicaLogDirsResponse response;
          for (const auto& topic : request.dirs.front().topics) {
            auto& result = response.results.emplace_back();
            result.topic_name = topic.name;
            for (const int32_t id : topic.partitions) result.partitions.push_back({.partition_index = id});
          }
          return response;
        });
  }

  ListPartitionReassignmentsResponse listed() const {
    ListPartitionReassignmentsResponse response;
    response.error_message.reset();
    if (!is_moving) return response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.partitions.push_back({.partition_index = 0,
                                .replicas = {3, 1, 2},
                                .adding_replicas = {3},
                                .removing_replicas = {2}});
    return response;
  }

  AlterPartitionReassignmentsResponse altered(const AlterPartitionReassignmentsRequest& request) {
    AlterPartitionReassignmentsResponse response;
    response.error_message.reset();
    for (const auto& topic : request.topics) {
      auto& result = response.responses.emplace_back();
      result.name = topic.name;
      for (const auto& one : topic.partitions) {
        asked[one.partition_index] = one.replicas.value_or(std::vector<int32_t>());
        result.partitions.push_back({.partition_index = one.partition_index, .error_message = std::nullopt});
      }
    }
    return response;
  }

  static DescribeLogDirsResponse directories(const DescribeLogDirsRequest& request) {
    DescribeLogDirsResponse response;
    auto& directory = response.results.emplace_back();
    directory.log_dir = "/d1";
    for (const auto& wanted : *request.topics) {
      auto& topic = directory.topics.emplace_back();
      topic.name = wanted.topic;
      for (const int32_t id : wanted.partitions) topic.partitions.push_back({.partition_index = id});
    }
    return response;
  }

  Ran reassign(std::string_view json, std::vector<std::string_view> words) {
    const std::string path = folder.write("plan.json", json);
    words.insert(words.begin(), {"--bootstrap-server", "b:9092", "--reassignment-json-file", path});
    return run("kafka-reassign-partitions", std::move(words));
  }

  bool is_moving = false;
  std::map<int32_t, std::vector<int32_t>> asked;
  std::map<std::string, std::string> configs;
  TempFolder folder;
};

constexpr std::string_view kPlan =
    R"({"version": 1, "partitions": [{"topic": "t", "partition": 0, "replicas": [1, 3]}]})";

TEST_CASE_METHOD(ReassignFixture, "a reassignment is begun, and what was before is told for a way back") {
  const Ran ran = reassign(kPlan, {"--execute"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "Current partition replica assignment\n\n"
          R"({"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2],)"
          R"("log_dirs":["/d1","/d1"]}]})"
          "\n\nSave this to use as the --reassignment-json-file option during rollback\n"
          "Successfully started partition reassignment for t-0\n");
  REQUIRE(asked[0] == std::vector<int32_t>{1, 3});
  REQUIRE(configs.empty());
}

TEST_CASE_METHOD(ReassignFixture, "a throttle is set for the brokers and the replicas that take part") {
  const Ran ran = reassign(kPlan, {"--execute", "--throttle", "5000"});
  REQUIRE(ran.out.find("Warning: You must run --verify periodically, until the reassignment completes, to "
                       "ensure the throttle is removed.\n"
                       "The inter-broker throttle limit was set to 5000 B/s\n") != std::string::npos);
  REQUIRE(configs["t"] ==
          "leader.replication.throttled.replicas=0:1,0:2;follower.replication.throttled.replicas=0:3;");
  for (const std::string id : {"1", "2", "3"}) {
    REQUIRE(configs[id] ==
            "leader.replication.throttled.rate=5000;follower.replication.throttled.rate=5000;");
  }
}

TEST_CASE_METHOD(ReassignFixture, "beside what is under way another one has to be asked for") {
  is_moving = true;
  const Ran ran = reassign(kPlan, {"--execute"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out.starts_with("Cannot execute because there is an existing partition assignment.  Use "));
  REQUIRE(reassign(kPlan, {"--execute", "--additional"}).status == 0);
}

TEST_CASE_METHOD(ReassignFixture, "a verification says how far each is; at the end no throttle stays") {
  REQUIRE(reassign(kPlan, {"--verify"}).out ==
          "Status of partition reassignment:\n"
          "There is no active reassignment of partition t-0, but replica set is 1,2 rather than 1,3.\n"
          "\n"
          "Clearing broker-level throttles on brokers 1,2,3\n"
          "Clearing topic-level throttles on topic t\n");
  is_moving = true;
  REQUIRE(reassign(kPlan, {"--verify"}).out ==
          "Status of partition reassignment:\nReassignment of partition t-0 is still in progress.\n\n");
}

TEST_CASE_METHOD(ReassignFixture, "what is under way is listed, and called off") {
  REQUIRE(run("kafka-reassign-partitions", {"--bootstrap-server", "b:9092", "--list"}).out ==
          "No partition reassignments found.\n");
  is_moving = true;
  REQUIRE(run("kafka-reassign-partitions", {"--bootstrap-server", "b:9092", "--list"}).out ==
          "Current partition reassignments:\nt-0: replicas: 3,1,2. adding: 3. removing: 2.\n");
  REQUIRE(reassign(kPlan, {"--cancel", "--preserve-throttles"}).out ==
          "Successfully cancelled partition reassignment for: t-0\n"
          "None of the specified partition moves are active.");
  REQUIRE(asked.contains(0));
  REQUIRE(asked[0].empty());
}

TEST_CASE_METHOD(ReassignFixture, "replicas are moved to directories") {
  const Ran ran = reassign(
      R"({"partitions": [{"topic": "t", "partition": 0, "replicas": [1, 2], "log_dirs": ["any", "/d2"]}]})",
      {"--execute"});
  REQUIRE(ran.out.ends_with(
      "Successfully started partition reassignment for t-0\n"
      "Successfully started moving log directory to /d2 for replica t-0 with broker 2 \n"));
}

TEST_CASE_METHOD(ReassignFixture, "a proposal keeps the counts, and names brokers of the list alone") {
  const std::string path = folder.write("topics.json", R"({"topics": [{"topic": "t"}]})");
  const Ran ran =
      run("kafka-reassign-partitions", {"--bootstrap-server", "b:9092", "--generate",
                                        "--topics-to-move-json-file", path, "--broker-list", "1,3"});
  REQUIRE(ran.status == 0);
  const size_t proposal = ran.out.find("Proposed partition reassignment configuration\n");
  REQUIRE(proposal != std::string::npos);
  REQUIRE(ran.out.find("2]", proposal) == std::string::npos);
  REQUIRE(ran.out.find(R"("log_dirs":["any","any"])", proposal) != std::string::npos);
}

TEST_CASE_METHOD(ReassignFixture, "plans that make no sense are refused") {
  const auto wrong = [&](std::string_view json) { return reassign(json, {"--execute"}).out; };
  REQUIRE(wrong("{}") == "Error: Partition reassignment list cannot be empty\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "t", "partition": 0, "replicas": []}]})") ==
          "Error: Partition replica list cannot be empty\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "t", "partition": 0, "replicas": [1, 1]}]})") ==
          "Error: Partition replica lists may not contain duplicate entries: t-0 contains multiple entries "
          "for 1\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "t", "partition": 0, "replicas": [9]}]})") ==
          "Error: Unknown broker id 9\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "x", "partition": 0, "replicas": [1]}]})") ==
          "Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: Topic x not found.\n");
}

TEST_CASE_METHOD(ReassignFixture, "each action has options of its own") {
  REQUIRE(run("kafka-reassign-partitions", {})
              .err.starts_with("This tool helps to move topic partitions between replicas.\n"));
  REQUIRE(run("kafka-reassign-partitions", {"--additional"})
              .err.starts_with("Command must include exactly one action: --generate, --execute, --verify, "
                               "--cancel, --list\n"));
  REQUIRE(reassign(kPlan, {"--verify", "--throttle", "1"})
              .err.starts_with("Option \"[throttle]\" can't be used with action \"[verify]\"\n"));
  REQUIRE(run("kafka-reassign-partitions", {"--list"})
              .err.starts_with("Please specify either --bootstrap-server or --bootstrap-controller\n"));
}

}  // namespace
}  // namespace klamm::cli
