// Heartbeat and LeaveGroup.
#include "base/logging.h"
#include "broker/group/classic_membership.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::LeaveGroupRequest;
using protocol::LeaveGroupResponse;
using protocol::wire_value;

namespace {

// What became of one of those who leave. A copy, since the answer waits for the log.
struct Left {
  std::string member_id;
  std::optional<std::string> instance_id;
  ErrorCode error;
};

LeaveGroupResponse left_response(const std::vector<Left>& all, ErrorCode error, int16_t version) {
  LeaveGroupResponse response;
  response.error_code = wire_value(error);
  if (version < 3) {
    if (error == ErrorCode::kNone) response.error_code = wire_value(all.front().error);
    return response;
  }
  if (error != ErrorCode::kNone) return response;
  for (const Left& left : all) {
    response.members.push_back({left.member_id, left.instance_id, wire_value(left.error)});
  }
  return response;
}

}  // namespace

HeartbeatResponse ClassicMembership::heartbeat(const HeartbeatRequest& request, Now now) {
  auto answer = [](ErrorCode error) {
    HeartbeatResponse response;
    response.error_code = wire_value(error);
    return response;
  };
  if (request.group_id.empty()) return answer(ErrorCode::kInvalidGroupId);
  ClassicGroup* group = find(request.group_id);
  if (group == nullptr) return answer(ErrorCode::kUnknownMemberId);
  if (group->state() == ClassicState::kDead) return answer(ErrorCode::kCoordinatorNotAvailable);
  const ErrorCode error = group->check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::kNone) return answer(error);
  const bool is_of_now = mutant::kHeartbeatOfOldGeneration || request.generation_id == group->generation();
  if (!is_of_now) return answer(ErrorCode::kIllegalGeneration);

  ClassicMember& member = *group->member(request.member_id);
  expect_within(*group, member, member.session_timeout_ms, now);
  return answer(group->state() == ClassicState::kPreparingRebalance ? ErrorCode::kRebalanceInProgress
                                                                    : ErrorCode::kNone);
}

void ClassicMembership::leave(const LeaveGroupRequest& request, const RequestContext& context, Now now,
                              Answer<LeaveGroupResponse> answer) {
  const int16_t version = context.version;
  if (request.group_id.empty()) return answer(left_response({}, ErrorCode::kInvalidGroupId, version));
  ClassicGroup* group = find(request.group_id);
  if (group != nullptr && group->state() == ClassicState::kDead) {
    return answer(left_response({}, ErrorCode::kCoordinatorNotAvailable, version));
  }
  std::vector<LeaveGroupRequest::MemberIdentity> identities = request.members;
  if (version < 3) identities = {{request.member_id, std::nullopt, std::nullopt}};

  std::vector<Left> all;
  size_t gone = 0;
  for (const LeaveGroupRequest::MemberIdentity& identity : identities) {
    const ErrorCode error = group == nullptr ? ErrorCode::kUnknownMemberId : leave_one(*group, identity);
    gone += error == ErrorCode::kNone ? 1 : 0;
    all.push_back({std::string(identity.member_id), std::nullopt, error});
    if (identity.group_instance_id) all.back().instance_id = *identity.group_instance_id;
  }
  if (group == nullptr) return answer(left_response(all, ErrorCode::kNone, version));

  Records records;
  if (gone > 0 && !group->is_empty()) {
    records = rebalance_or_complete(*group, fmt::format("{} members have left", gone), now);
  }
  uses_.journal.write(std::move(records), [all = std::move(all), version, answer = std::move(answer)](
                                              ErrorCode error, Now) mutable {
    if (error != ErrorCode::kNone)
      LOG_WARN_LIMITED("that members left could not be written: {}", name_of(error));
    answer(left_response(all, error, version));
  });
}

ErrorCode ClassicMembership::leave_one(ClassicGroup& group,
                                       const LeaveGroupRequest::MemberIdentity& identity) {
  std::string member_id(identity.member_id);
  if (member_id.empty()) {
    // A tool removes a static member, of which it knows the instance only.
    const std::string* known =
        identity.group_instance_id ? group.static_member_id(*identity.group_instance_id) : nullptr;
    if (known == nullptr) return ErrorCode::kUnknownMemberId;
    member_id = *known;
  } else if (!group.is_pending_join(member_id)) {
    const ErrorCode error = group.check_member(member_id, identity.group_instance_id);
    if (error != ErrorCode::kNone) return error;
  }
  LOG_INFO_LIMITED("group {}: member {} has left; client reason: {}", for_log(group.id()), for_log(member_id),
                   for_log(identity.reason.value_or("not provided")));
  remove_member(group, member_id);
  return ErrorCode::kNone;
}

}  // namespace klamm::broker::group
