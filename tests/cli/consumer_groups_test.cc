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
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
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

  const Bytes assignment;
  std::string state = "Stable";
  std::vector<int64_t> committed;
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
  REQUIRE(groups({"--delete", "--group", "g"}).out ==
          "Deletion of requested consumer groups ('g') was successful.\n");
  code = 68;
  REQUIRE(groups({"--delete", "--group", "g"}).out ==
          "\nError: Deletion of some consumer groups failed:\n* Group 'g' could not be deleted due to: "
          "org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.\n");
}

}  // namespace
}  // namespace klamm::cli
