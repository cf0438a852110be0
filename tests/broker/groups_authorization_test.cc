// Who may do what with groups is asked before anything that the coordinator would say: here it would say of
// each that it is not the one.
#include "tests/testing.h"

#include "broker/handlers/groups.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int16_t kRefused = 30, kElsewhere = 16;

struct Elsewhere final : GroupCoordinator {
  void with_group(std::string_view, Work work) override { work(Error{ErrorCode::kNotCoordinator}); }
  void with_each_shard(EachWork, absl::AnyInvocable<void(ErrorCode)> done) override {
    done(ErrorCode::kNone);
  }
};

struct Groups : HandlerFixture {
  Groups() { rules = strict_rules(); }

  void allow_group(AclOperation operation, std::string_view group) {
    publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
             allow(operation, ResourceType::kGroup, group)});
  }
  template <class Answered, class Body>
  Answered ask(void (*handle)(Request, Reply, const GroupUses&), const Body& body,
               int16_t version = Body::kVersionMax) {
    handle(request_of(body, version), reply_to(Body::kKey, version), {coordinator, images, config, rules});
    return answer<Answered>(version);
  }
  int16_t join(std::string_view group, int32_t session_ms) {
    protocol::JoinGroupRequest body;
    body.group_id = group;
    body.session_timeout_ms = session_ms;
    return ask<protocol::JoinGroupResponse>(handle_join_group, body).error_code;
  }
  int16_t heartbeat(std::string_view group) {
    protocol::HeartbeatRequest body;
    body.group_id = group;
    return ask<protocol::HeartbeatResponse>(handle_heartbeat, body).error_code;
  }
  int16_t sync(std::optional<std::string_view> protocol) {
    protocol::SyncGroupRequest body;
    body.group_id = "g";
    body.protocol_type = protocol;
    body.protocol_name = protocol;
    return ask<protocol::SyncGroupResponse>(handle_sync_group, body).error_code;
  }
  protocol::OffsetFetchResponse fetch(int16_t version) {
    protocol::OffsetFetchRequest body;
    body.group_id = "g";
    body.topics.emplace();
    body.topics->push_back({"t", {0, 7}});
    return ask<protocol::OffsetFetchResponse>(handle_offset_fetch, body, version);
  }

  Elsewhere coordinator;
  GroupCoordinatorConfig config;
};

}  // namespace

TEST_CASE_METHOD(Groups, "a group is refused before it is looked at, or looked for") {
  REQUIRE(join("", 1) == kRefused);
  REQUIRE(join("g", 10'000) == kRefused);
  REQUIRE(heartbeat("") == kRefused);
  allow_group(AclOperation::kRead, "g");
  REQUIRE(join("g", 1) == 26);
  REQUIRE(join("g", 10'000) == kElsewhere);
  REQUIRE(heartbeat("g") == kElsewhere);
  REQUIRE(heartbeat("other") == kRefused);
}

TEST_CASE_METHOD(Groups, "to sync without naming a protocol is wrong, whoever does it") {
  REQUIRE(sync(std::nullopt) == 23);
  REQUIRE(sync("p") == kRefused);
  allow_group(AclOperation::kRead, "g");
  REQUIRE(sync("p") == kElsewhere);
}

TEST_CASE_METHOD(Groups, "of several groups each is refused for itself") {
  allow_group(AclOperation::kDelete, "mine");
  protocol::DescribeGroupsRequest describe;
  describe.groups = {"yours", "mine"};
  const auto described = ask<protocol::DescribeGroupsResponse>(handle_describe_groups, describe);
  REQUIRE(described.groups[0].error_code == kRefused);
  REQUIRE(described.groups[0].authorized_operations == INT32_MIN);
  REQUIRE(described.groups[1].error_code == kElsewhere);
  protocol::DeleteGroupsRequest remove;
  remove.groups_names = {"yours", "mine"};
  const auto removed = ask<protocol::DeleteGroupsResponse>(handle_delete_groups, remove);
  REQUIRE(removed.results[0].error_code == kRefused);
  REQUIRE(removed.results[1].error_code == kElsewhere);
}

TEST_CASE_METHOD(Groups, "a commit to a refused group is refused for each partition, there or not") {
  protocol::OffsetCommitRequest body;
  body.group_id = "g";
  auto& topic = body.topics.emplace_back();
  topic.name = "none";
  topic.partitions.resize(2);
  const auto response = ask<protocol::OffsetCommitResponse>(handle_offset_commit, body, 9);
  REQUIRE(response.topics.at(0).name == "none");
  REQUIRE(response.topics[0].partitions.at(1).error_code == kRefused);
}

TEST_CASE_METHOD(Groups, "offsets of a refused group are refused where the version has room for it") {
  REQUIRE(fetch(7).error_code == kRefused);
  REQUIRE(fetch(7).topics.empty());
  const auto old = fetch(1);
  REQUIRE(old.topics.at(0).partitions.at(1).error_code == kRefused);
  REQUIRE(old.topics[0].partitions[1].committed_offset == -1);
}

TEST_CASE_METHOD(Groups, "of several groups whose offsets are fetched each is refused for itself") {
  allow_group(AclOperation::kDescribe, "mine");
  protocol::OffsetFetchRequest body;
  body.groups.emplace_back().group_id = "yours";
  body.groups.emplace_back().group_id = "mine";
  const auto response = ask<protocol::OffsetFetchResponse>(handle_offset_fetch, body, 9);
  REQUIRE(response.groups.at(0).error_code == kRefused);
  REQUIRE(response.groups.at(1).error_code == kElsewhere);
}
