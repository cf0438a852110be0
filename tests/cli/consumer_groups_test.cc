#include <algorithm>

#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/delete_groups_response.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "tests/cli/temp_folder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using namespace protocol;

Bytes assignment_of(std::string_view topic, std::vector<int32_t> partitions) {
  ConsumerProtocolAssignment assignment;
  assignment.assigned_partitions.push_back({.topic = topic, .partitions = std::move(partitions)});
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(0);
  assignment.write(writer, 0);
  return bytes;
}

class GroupsFixture : public ToolFixture {
 public:
  GroupsFixture() : assignment(assignment_of("t", {0})) {
    topics = {{.name = "t", .partitions = {{}, {}}}};
    broker.on<FindCoordinatorRequest, FindCoordinatorResponse>(
        [](const FindCoordinatorRequest& request, int16_t) {
          FindCoordinatorResponse response;
          auto& one = response.coordinators.emplace_back();
          one.key = request.coordinator_keys.front();
          one.node_id = 1;
          one.host = "broker";
          one.port = 9092;
          return response;
        });
    broker.on<ListGroupsRequest, ListGroupsResponse>([](const ListGroupsRequest&, int16_t) {
      ListGroupsResponse response;
      response.groups.push_back({"g", "consumer", "Stable", "Classic"});
      response.groups.push_back({"connect", "connect", "Stable", "Classic"});
      return response;
    });
    broker.on<DescribeGroupsRequest, DescribeGroupsResponse>(
        [this](const DescribeGroupsRequest& request, int16_t) { return described(request); });
    broker.on<OffsetFetchRequest, OffsetFetchResponse>([](const OffsetFetchRequest&, int16_t) {
      OffsetFetchResponse response;
      auto& group = response.groups.emplace_back();
      auto& topic = group.topics.emplace_back();
      topic.name = "t";
      topic.partitions.push_back({.partition_index = 0, .committed_offset = 3});
      topic.partitions.push_back({.partition_index = 1, .committed_offset = 5});
      return response;
    });
    broker.on<ListOffsetsRequest, ListOffsetsResponse>([](const ListOffsetsRequest& request, int16_t) {
      ListOffsetsResponse response;
      for (const auto& topic : request.topics) {
        auto& made = response.topics.emplace_back();
        made.name = topic.name;
        for (const auto& partition : topic.partitions) {
          made.partitions.push_back({.partition_index = partition.partition_index,
                                     .offset = partition.timestamp == -1 ? 10 : 0});
        }
      }
      return response;
    });
    broker.on<OffsetCommitRequest, OffsetCommitResponse>([this](const OffsetCommitRequest& request, int16_t) {
      for (const auto& partition : request.topics.front().partitions) {
        committed.push_back(partition.committed_offset);
      }
      return OffsetCommitResponse();
    });
  }

  Ran groups(std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-consumer-groups", std::move(words));
  }

  DescribeGroupsResponse described(const DescribeGroupsRequest& request) const {
    DescribeGroupsResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = request.groups.front();
    if (group.group_id == "connect") {
      group.group_state = "Stable";
      group.protocol_type = "connect";
      return response;
    }
    if (group.group_id != "g") {
      group.error_code = 69;
      group.error_message = "Group x not found.";
      return response;
    }
    group.group_state = state;
    group.protocol_type = "consumer";
    group.protocol_data = state == "Stable" ? "range" : "";
    if (state != "Stable") return response;
    auto& member = group.members.emplace_back();
    member.member_id = "consumer-1";
    member.client_id = "client";
    member.client_host = "/127.0.0.1";
    member.member_assignment = assignment;
    return response;
  }

  // OffsetDelete is answered so for each partition.
  void answer_deletions(int16_t code) {
    broker.on<OffsetDeleteRequest, OffsetDeleteResponse>(
        [code](const OffsetDeleteRequest& request, int16_t) {
          OffsetDeleteResponse response;
          for (const auto& topic : request.topics) {
            auto& made = response.topics.emplace_back();
            made.name = topic.name;
            for (const auto& one : topic.partitions) made.partitions.push_back({one.partition_index, code});
          }
          return response;
        });
  }

  const Bytes assignment;
  std::string state = "Stable";
  std::vector<int64_t> committed;
  TempFolder folder;
};

TEST_CASE_METHOD(GroupsFixture, "groups of consumers are listed, others are not") {
  REQUIRE(groups({"--list"}).out == "g\n");
  REQUIRE(groups({"--list", "--state"}).out ==
          "GROUP                     STATE               \n"
          "g                         Stable              \n");
}

TEST_CASE_METHOD(GroupsFixture, "a group's offsets stand in Kafka's table, those that nobody reads last") {
  const Ran ran = groups({"--describe", "--group", "g"});
  REQUIRE(ran.out ==
          "\nGROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             "
          "CONSUMER-ID     HOST            CLIENT-ID"
          "\ng               t               0          3               10              7               "
          "consumer-1      /127.0.0.1      client"
          "\ng               t               1          5               10              5               "
          "-               -               -\n");
  REQUIRE(ran.err.empty());
}

TEST_CASE_METHOD(GroupsFixture, "a group without members is said to have none, and still shows its offsets") {
  state = "Empty";
  const Ran ran = groups({"--describe", "--group", "g"});
  REQUIRE(ran.err == "\nConsumer group 'g' has no active members.\n");
  REQUIRE(ran.out.find("t               0          3               10              7               -") !=
          std::string::npos);
}

TEST_CASE_METHOD(GroupsFixture, "members and state have tables of their own") {
  REQUIRE(groups({"--describe", "--group", "g", "--members"}).out ==
          "\nGROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     \n"
          "g               consumer-1      /127.0.0.1      client          1               \n");
  REQUIRE(groups({"--describe", "--group", "g", "--state"}).out ==
          "\nGROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS\n"
          "g               broker:9092  (1)          range                Stable               1\n");
}

TEST_CASE_METHOD(GroupsFixture, "a group that is not there is told as Java's exception, with status 0") {
  const Ran ran = groups({"--describe", "--group", "x"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "\nError: Executing consumer group command failed due to "
          "org.apache.kafka.common.errors.GroupIdNotFoundException: Group x not found.\n");
}

TEST_CASE_METHOD(GroupsFixture, "a group of another kind is told as Java's exception, too, with status 0") {
  const Ran ran = groups({"--describe", "--group", "connect"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "\nError: Executing consumer group command failed due to java.lang.IllegalArgumentException: "
          "GroupId connect is not a consumer group (connect).\n");
}

TEST_CASE_METHOD(GroupsFixture, "offsets are reset as planned, and only with --execute") {
  state = "Empty";
  const Ran plan = groups({"--reset-offsets", "--group", "g", "--topic", "t:1", "--to-latest", "--dry-run"});
  REQUIRE(plan.out ==
          "\nGROUP           TOPIC           PARTITION  NEW-OFFSET"
          "\ng               t               1          10\n");
  REQUIRE(committed.empty());
  groups({"--reset-offsets", "--group", "g", "--topic", "t:1", "--shift-by", "-2", "--execute"});
  REQUIRE(committed == std::vector<int64_t>{3});
  const Ran csv = groups({"--reset-offsets", "--group", "g", "--topic", "t:1", "--to-earliest", "--dry-run",
                          "--export"});
  REQUIRE(csv.out == "t,1,0\n\n");
}

TEST_CASE_METHOD(GroupsFixture, "a file of offsets is for the one group that is named, or names groups") {
  state = "Empty";
  const std::string path = folder.write("plan.csv", "t,0,2\nt,1,99\n");
  const Ran ran = groups({"--reset-offsets", "--group", "g", "--from-file", path, "--execute"});
  REQUIRE(committed == std::vector<int64_t>{2, 10});
  REQUIRE(ran.err ==
          "WARN New offset (99) is higher than latest offset for topic partition t-1. Value will be set to "
          "10\n");
  committed.clear();
  const Ran of_two =
      groups({"--reset-offsets", "--group", "g", "--group", "h", "--from-file", path, "--execute"});
  REQUIRE(of_two.out.find("the line \"t,0,2\" is not group,topic,partition,offset\n") != std::string::npos);
  REQUIRE(committed.empty());
  const std::string full = folder.write("full.csv", "g,t,0,2\nh,t,0,3\n");
  groups({"--reset-offsets", "--group", "g", "--group", "h", "--from-file", full, "--execute"});
  std::ranges::sort(committed);
  REQUIRE(committed == std::vector<int64_t>{2, 3});
}

TEST_CASE_METHOD(GroupsFixture, "a time leads to an offset, and where there is none to the end") {
  state = "Empty";
  const Ran ran = groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--to-datetime",
                          "2020-01-01T00:00:00.000", "--dry-run"});
  REQUIRE(ran.out.ends_with("\ng               t               0          0\n"));
  REQUIRE(groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--by-duration", "soon", "--dry-run"})
              .out == "\nError: Executing consumer group command failed due to Text cannot be parsed to a "
                      "Duration\n");
  REQUIRE(groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--to-current", "--dry-run"})
              .out.ends_with(" 0          3\n"));
  broker.on<ListOffsetsRequest, ListOffsetsResponse>([](const ListOffsetsRequest& request, int16_t) {
    ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    const int64_t timestamp = request.topics.front().partitions.front().timestamp;
    topic.partitions.push_back({.partition_index = 0, .offset = timestamp == -1 ? 10 : -1});
    return response;
  });
  const Ran empty = groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--by-duration", "PT1H",
                            "--dry-run"});
  REQUIRE(empty.out.starts_with(
      "\nWarn: Partition 0 from topic t is empty. Falling back to latest known offset.\n"));
  REQUIRE(empty.out.ends_with("\ng               t               0          10\n"));
}

TEST_CASE_METHOD(GroupsFixture, "a shift beyond all numbers ends at the log's ends") {
  state = "Empty";
  groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--shift-by", "9223372036854775807",
          "--execute"});
  groups({"--reset-offsets", "--group", "g", "--topic", "t:0", "--shift-by", "-9223372036854775808",
          "--execute"});
  REQUIRE(committed == std::vector<int64_t>{10, 0});
}

TEST_CASE_METHOD(GroupsFixture, "a reset of what is not there is told in Kafka's words") {
  state = "Empty";
  const std::string head = "\nError: Executing consumer group command failed due to ";
  REQUIRE(groups({"--reset-offsets", "--group", "g", "--topic", "x", "--to-latest", "--dry-run"}).out ==
          head + "This server does not host this topic-partition.\n");
  REQUIRE(groups({"--reset-offsets", "--group", "g", "--topic", "t:7", "--to-latest", "--dry-run"}).out ==
          head + "The partitions \"t-7\" do not exist\n");
}

TEST_CASE_METHOD(GroupsFixture, "without --execute or --dry-run a reset warns, and changes nothing") {
  state = "Empty";
  const Ran ran = groups({"--reset-offsets", "--group", "g", "--all-topics", "--to-earliest"});
  REQUIRE(ran.err.starts_with("WARN: No action will be performed as the --execute option is missing. "));
  REQUIRE(committed.empty());
}

TEST_CASE_METHOD(GroupsFixture, "offsets of topics are deleted, and each partition's outcome told") {
  answer_deletions(0);
  REQUIRE(groups({"--delete-offsets", "--group", "g", "--topic", "t:0"}).out ==
          "Request succeeded for deleting offsets from group g.\n"
          "\nTOPIC           PARTITION  STATUS         "
          "\nt               0          Successful     \n");
  answer_deletions(86);
  const Ran ran = groups({"--delete-offsets", "--group", "g", "--topic", "t", "--topic", "x"});
  REQUIRE(ran.out.starts_with(
      "\nError: Encountered some partition-level error, see the follow-up details.\n"));
  REQUIRE(ran.out.find("\nt               1          Error: "
                       "org.apache.kafka.common.errors.GroupSubscribedToTopicException: ") !=
          std::string::npos);
  REQUIRE(ran.out.find("\nx               -          Error: "
                       "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: ") !=
          std::string::npos);
}

TEST_CASE_METHOD(GroupsFixture, "a group with members is not reset") {
  const Ran ran = groups({"--reset-offsets", "--group", "g", "--all-topics", "--to-latest", "--execute"});
  REQUIRE(ran.out.starts_with("\nError: Assignments can only be reset if the group 'g' is inactive, but the "
                              "current state is Stable.\n"));
  REQUIRE(committed.empty());
}

TEST_CASE_METHOD(GroupsFixture, "groups are deleted, or it is said why not") {
  int16_t code = 0;
  broker.on<DeleteGroupsRequest, DeleteGroupsResponse>([&](const DeleteGroupsRequest& request, int16_t) {
    DeleteGroupsResponse response;
    response.results.push_back({request.groups_names.front(), code});
    return response;
  });
  REQUIRE(groups({"--delete", "--group", "g", "--group", "g"}).out ==
          "Deletion of requested consumer groups ('g') was successful.\n");
  code = 68;
  REQUIRE(groups({"--delete", "--group", "g"}).out ==
          "\nError: Deletion of some consumer groups failed:\n* Group 'g' could not be deleted due to: "
          "org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.\n");
}

TEST_CASE_METHOD(GroupsFixture, "a regular expression is judged as brokers judge it, without one") {
  REQUIRE(run("kafka-consumer-groups", {"--validate-regex", "foo.*"}).out ==
          "The regular expression `foo.*` is valid.\n");
  REQUIRE(run("kafka-consumer-groups", {"--validate-regex", "[foo.*"}).out ==
          "The regular expression `[foo.*` is invalid: missing closing ].\n");
  REQUIRE(broker.asked().empty());
}

TEST_CASE_METHOD(GroupsFixture, "exactly one action is required, and groups to do it with") {
  REQUIRE(groups({"--group", "g"}).err.starts_with(
      "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, "
      "--delete-offsets, --validate-regex\n"));
  REQUIRE(groups({"--describe"}).err.starts_with(
      "Option [describe] takes one of these options: [group], [all-groups]\n"));
  REQUIRE(groups({"--reset-offsets", "--group", "g", "--to-latest", "--to-earliest", "--dry-run"})
              .err.starts_with("Option \"[to-earliest]\" can't be used with option \"[to-latest]\"\n"));
  REQUIRE(groups({"--list", "--state", "odd"})
              .err.starts_with("Invalid state list 'odd'. Valid states are: "));
}

}  // namespace
}  // namespace klamm::cli
