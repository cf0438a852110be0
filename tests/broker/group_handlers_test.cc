// Handlers of groups where there is no shard to be had.
#include "tests/testing.h"

#include "broker/handlers/groups.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct NoShard final : GroupCoordinator {
  void with_group(std::string_view, Work work) override { work(Error{code}); }
  void with_each_shard(EachWork, absl::AnyInvocable<void(ErrorCode)> done) override { done(code); }
  ErrorCode code = ErrorCode::kNotCoordinator;
};

struct GroupHandlers : HandlerFixture {
  NoShard coordinator;

  GroupCoordinatorConfig config;

  protocol::JoinGroupResponse join(std::string_view group, int16_t version, int32_t session_ms = 10'000) {
    protocol::JoinGroupRequest body;
    body.group_id = group;
    body.member_id = "m";
    body.session_timeout_ms = session_ms;
    handle_join_group(request_of(body, version), reply_to(11, version), {coordinator, images, config, rules});
    return answer<protocol::JoinGroupResponse>(version);
  }
  std::string heartbeat(std::string_view group) {
    protocol::HeartbeatRequest body;
    body.group_id = group;
    handle_heartbeat(request_of(body, 4), reply_to(12, 4), {coordinator, images, config, rules});
    const auto code = answer<protocol::HeartbeatResponse>(4).error_code;
    return std::string(protocol::name_of(static_cast<ErrorCode>(code)));
  }
  std::string list() {
    handle_list_groups(request_of(protocol::ListGroupsRequest(), 5), reply_to(16, 5),
                       {coordinator, images, config, rules});
    const auto code = answer<protocol::ListGroupsResponse>(5).error_code;
    return std::string(protocol::name_of(static_cast<ErrorCode>(code)));
  }
};

using DescribeParts = GroupParts<protocol::DescribeGroupsRequest, protocol::DescribeGroupsResponse,
                                 protocol::DescribeGroupsResponse::DescribedGroup>;

// An answer of two groups, whose names have so many bytes, and that is to have at most 100.
struct TwoGroups : GroupHandlers {
  void describe(size_t first, size_t second) {
    protocol::DescribeGroupsRequest body;
    DescribeParts parts({request_of(body, 6), {}, reply_to(15, 6)}, &protocol::DescribeGroupsResponse::groups,
                        2, 100);
    bring(parts, 1, first);
    REQUIRE_FALSE(answered());
    bring(parts, 0, second);
  }
  static void bring(DescribeParts& parts, size_t index, size_t size) {
    const std::string name(size, 'g');
    protocol::DescribeGroupsResponse::DescribedGroup described;
    described.group_id = name;
    parts.bring(index, described);
  }
};

}  // namespace

TEST_CASE_METHOD(TwoGroups, "an answer of many groups that grows too large closes its connection") {
  describe(10, 20);
  REQUIRE(answer<protocol::DescribeGroupsResponse>(6).groups[0].group_id.size() == 20);
  describe(60, 20);
  REQUIRE(caught->response->close);
  describe(20, 60);
  REQUIRE(caught->response->close);
}

TEST_CASE_METHOD(GroupHandlers, "a refused join names no protocol, with null where a name may be null") {
  REQUIRE(join("g", 6).protocol_name == "");
  REQUIRE_FALSE(join("g", 7).protocol_name.has_value());
}

// Kafka looks at the id before it looks for the shard.
TEST_CASE_METHOD(GroupHandlers, "a group without an id is refused, whoever coordinates it") {
  REQUIRE(join("", 9).error_code == protocol::wire_value(ErrorCode::kInvalidGroupId));
  REQUIRE(heartbeat("") == "INVALID_GROUP_ID");
  coordinator.code = ErrorCode::kCoordinatorLoadInProgress;
  REQUIRE(heartbeat("") == "INVALID_GROUP_ID");
  REQUIRE(heartbeat("g") == "NONE");
}

TEST_CASE_METHOD(GroupHandlers, "a session timeout out of bounds is refused, whoever coordinates the group") {
  const auto refused = join("g", 9, 1);
  REQUIRE(refused.error_code == protocol::wire_value(ErrorCode::kInvalidSessionTimeout));
  REQUIRE(refused.member_id == "m");
  REQUIRE(join("", 9, 1).error_code == protocol::wire_value(ErrorCode::kInvalidGroupId));
  REQUIRE(join("g", 9).error_code == protocol::wire_value(ErrorCode::kNotCoordinator));
  REQUIRE(join("g", 9).member_id.empty());
}

TEST_CASE_METHOD(GroupHandlers, "groups are not listed while the node stops or loads them") {
  coordinator.code = ErrorCode::kCoordinatorNotAvailable;
  REQUIRE(list() == "COORDINATOR_NOT_AVAILABLE");
  coordinator.code = ErrorCode::kCoordinatorLoadInProgress;
  REQUIRE(list() == "COORDINATOR_LOAD_IN_PROGRESS");
  coordinator.code = ErrorCode::kNone;
  REQUIRE(list() == "NONE");
}
