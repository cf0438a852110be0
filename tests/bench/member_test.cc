#include "tests/testing.h"

#include <vector>

#include "bench/load/member.h"
#include "protocol/errors.h"
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

using namespace klamm::protocol;
using klamm::Bytes;
using klamm::ByteView;
using klamm::bench::Member;
using klamm::bench::Topic;

namespace {

constexpr int16_t kJoinVersion = 9;
constexpr int16_t kSyncVersion = 5;
constexpr uint8_t kAssigned[] = {1};

// A member and its coordinator, which answers what the test says.
class GroupTalk {
 public:
  Member member{"orders", topic_};

  // What the frame asks for; empty strings and no bytes where there is no frame.
  template <class Request>
  Request said(ByteView frame) {
    Reader reader(frame.subspan(4));
    RequestHeader header;
    header.read(reader);
    REQUIRE(header.api_key == Request::kKey);
    Request request;
    request.read(reader, header.api_version);
    REQUIRE(reader.ok());
    return request;
  }

  ByteView answer_join(ErrorCode error, std::string_view id, int32_t generation = -1,
                       const std::vector<std::string_view>& members = {}) {
    JoinGroupResponse response;
    response.error_code = static_cast<int16_t>(error);
    response.member_id = id;
    response.generation_id = generation;
    for (std::string_view each : members) response.members.push_back({.member_id = each});
    return answer(response, kJoinVersion);
  }
  ByteView answer_sync(ErrorCode error) {
    SyncGroupResponse response;
    response.error_code = static_cast<int16_t>(error);
    response.assignment = kAssigned;
    return answer(response, kSyncVersion);
  }
  ByteView answer_beat(ErrorCode error) {
    HeartbeatResponse response;
    response.error_code = static_cast<int16_t>(error);
    return answer(response, Member::kHeartbeatVersion);
  }
  void become_stable(int32_t generation) {
    member.join();
    answer_join(ErrorCode::kNone, "m1", generation);
    answer_sync(ErrorCode::kNone);
  }

 private:
  template <class Response>
  ByteView answer(const Response& response, int16_t version) {
    response_.clear();
    append_response(response_, version, 1, response);
    return member.hear(ByteView(response_).subspan(4));
  }

  Topic topic_{"orders", {}, 3};
  Bytes response_;
};

std::vector<int32_t> partitions_in(ByteView assignment) {
  Reader reader(assignment);
  ConsumerProtocolAssignment assigned;
  assigned.read(reader, reader.i16());
  REQUIRE(reader.ok());
  return assigned.assigned_partitions.at(0).partitions;
}

}  // namespace

TEST_CASE("a member joins with the id that it is told to have, and is stable once it has its assignment") {
  GroupTalk talk;
  REQUIRE(talk.said<JoinGroupRequest>(talk.member.join()).member_id.empty());
  ByteView again = talk.answer_join(ErrorCode::kMemberIdRequired, "m1");
  REQUIRE(talk.said<JoinGroupRequest>(again).member_id == "m1");
  auto sync = talk.said<SyncGroupRequest>(talk.answer_join(ErrorCode::kNone, "m1", 4));
  REQUIRE(sync.generation_id == 4);
  REQUIRE(sync.assignments.empty());
  REQUIRE(talk.answer_sync(ErrorCode::kNone).empty());
  REQUIRE(talk.member.state() == Member::State::kStable);
  REQUIRE(talk.member.joins() == 1);
}

TEST_CASE("a leader deals the partitions out to all members, and whoever gets none is told so") {
  GroupTalk talk;
  talk.member.join();
  auto sync = talk.said<SyncGroupRequest>(talk.answer_join(ErrorCode::kNone, "a", 1, {"a", "b", "c", "d"}));
  REQUIRE(sync.assignments.size() == 4);
  REQUIRE(sync.assignments[1].member_id == "b");
  REQUIRE(partitions_in(sync.assignments[1].assignment) == std::vector<int32_t>{1});
  REQUIRE(partitions_in(sync.assignments[3].assignment).empty());
}

TEST_CASE("two members share all partitions") {
  GroupTalk talk;
  talk.member.join();
  auto sync = talk.said<SyncGroupRequest>(talk.answer_join(ErrorCode::kNone, "a", 1, {"a", "b"}));
  REQUIRE(partitions_in(sync.assignments[0].assignment) == std::vector<int32_t>{0, 2});
  REQUIRE(partitions_in(sync.assignments[1].assignment) == std::vector<int32_t>{1});
}

TEST_CASE("a rebalance, seen while syncing or beating, is joined under the same id") {
  GroupTalk talk;
  talk.become_stable(1);
  REQUIRE(talk.said<HeartbeatRequest>(talk.member.beat()).generation_id == 1);
  ByteView again = talk.answer_beat(ErrorCode::kRebalanceInProgress);
  REQUIRE(talk.said<JoinGroupRequest>(again).member_id == "m1");
  talk.answer_join(ErrorCode::kNone, "m1", 2);
  again = talk.answer_sync(ErrorCode::kRebalanceInProgress);
  REQUIRE(talk.said<JoinGroupRequest>(again).member_id == "m1");
  talk.become_stable(3);
  REQUIRE(talk.member.generation() == 3);
  REQUIRE(talk.member.joins() == 3);
}

TEST_CASE("a member that is not known any more joins as a new one") {
  GroupTalk talk;
  talk.become_stable(1);
  talk.member.beat();
  ByteView again = talk.answer_beat(ErrorCode::kUnknownMemberId);
  REQUIRE(talk.said<JoinGroupRequest>(again).member_id.empty());
}

TEST_CASE("a heartbeat that is answered leaves a member as it is") {
  GroupTalk talk;
  talk.become_stable(7);
  talk.member.beat();
  REQUIRE(talk.answer_beat(ErrorCode::kNone).empty());
  REQUIRE(talk.member.state() == Member::State::kStable);
  REQUIRE(talk.said<HeartbeatRequest>(talk.member.beat()).member_id == "m1");
}
