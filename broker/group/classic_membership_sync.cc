// SyncGroup: the leader brings what it has assigned, and all get theirs when that is committed.
#include "base/check.h"
#include "base/logging.h"
#include "broker/group/classic_membership.h"
#include "broker/group/group_records.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;
using protocol::wire_value;

namespace {

SyncGroupResponse assignment_response(const ClassicGroup& group, const ClassicMember& member) {
  SyncGroupResponse response;
  response.protocol_type = group.protocol_type();
  response.protocol_name = group.protocol_name();
  response.assignment = member.assignment;
  return response;
}

bool differs(const std::optional<std::string_view>& said, const std::optional<std::string_view>& known) {
  return said && known && *said != *known;
}

// In the order of Apache Kafka's checks.
ErrorCode check_sync(const ClassicGroup* group, const SyncGroupRequest& request, int16_t version) {
  if (version >= 5 && (!request.protocol_type || !request.protocol_name)) {
    return ErrorCode::kInconsistentGroupProtocol;
  }
  if (request.group_id.empty()) return ErrorCode::kInvalidGroupId;
  if (group == nullptr || group->is_empty()) return ErrorCode::kUnknownMemberId;
  if (group->state() == ClassicState::kDead) return ErrorCode::kCoordinatorNotAvailable;
  const ErrorCode error = group->check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::kNone) return error;
  if (request.generation_id != group->generation()) return ErrorCode::kIllegalGeneration;
  std::optional<std::string_view> type;
  if (!group->protocol_type().empty()) type = group->protocol_type();
  if (differs(request.protocol_type, type) || differs(request.protocol_name, group->protocol_name())) {
    return ErrorCode::kInconsistentGroupProtocol;
  }
  if (group->state() == ClassicState::kPreparingRebalance) return ErrorCode::kRebalanceInProgress;
  return ErrorCode::kNone;
}

}  // namespace

void ClassicMembership::sync(const SyncGroupRequest& request, const RequestContext& context, Now,
                             Answer<SyncGroupResponse> answer) {
  ClassicGroup* group = find(request.group_id);
  if (const ErrorCode error = check_sync(group, request, context.version); error != ErrorCode::kNone) {
    SyncGroupResponse refused;
    refused.error_code = wire_value(error);
    return answer(refused);
  }
  ClassicMember& member = *group->member(request.member_id);
  synced(*group, member.id);
  if (group->state() == ClassicState::kStable) return answer(assignment_response(*group, member));

  CHECK(group->state() == ClassicState::kCompletingRebalance);
  if (mutant::kOldAssignmentGiven && !group->is_leader(member.id) && !member.assignment.empty()) {
    return answer(assignment_response(*group, member));
  }
  group->wait_for_sync(member, std::move(answer));
  if (!group->is_leader(member.id)) return;
  LOG_INFO_LIMITED(
      "Assignment received from leader {} for group {} for generation {}. The group has {} members, {} of "
      "which are static",
      for_log(member.id), for_log(group->id()), group->generation(), group->member_count(),
      group->static_member_count());
  // When the leader asks again it waits for what it brought first: it is what the log will say.
  if (!group->is_storing_assignment) store_assignment(*group, request);
}

void ClassicMembership::synced(ClassicGroup& group, std::string_view member_id) {
  group.remove_pending_sync(member_id);
  if (group.pending_syncs().empty()) uses_.deadlines.cancel({DeadlineKind::kSync, group.id()});
}

void ClassicMembership::store_assignment(ClassicGroup& group, const SyncGroupRequest& request) {
  ClassicGroup::Assignments assignments;
  for (const SyncGroupRequest::SyncGroupRequestAssignment& given : request.assignments) {
    if (group.member(given.member_id) == nullptr) continue;
    assignments.insert_or_assign(std::string(given.member_id),
                                 Bytes(given.assignment.begin(), given.assignment.end()));
  }
  if (assignments.size() < group.member_count()) {
    LOG_WARN_LIMITED("group {}: {} members are not in the assignment of generation {}", for_log(group.id()),
                     group.member_count() - assignments.size(), group.generation());
  }
  Records records;
  records.push_back(group_metadata_record(group.id(), group.as_record(&assignments)));
  group.is_storing_assignment = true;
  uses_.journal.write(
      std::move(records),
      [this, id = group.id(), generation = group.generation(), leader = std::string(request.member_id),
       assignments = std::move(assignments)](ErrorCode error, Now now) mutable {
        on_assignment_stored(id, generation, leader, std::move(assignments), error, now);
      });
}

void ClassicMembership::on_assignment_stored(std::string_view group_id, int32_t generation,
                                             std::string_view leader, ClassicGroup::Assignments assignments,
                                             ErrorCode error, Now now) {
  ClassicGroup* group = find(group_id);
  // Somebody may have come or gone meanwhile: then all are told to join again, or have been. That the leader
  // is still a member makes it the same group, and not one that has been made anew.
  if (group == nullptr || group->state() != ClassicState::kCompletingRebalance ||
      group->generation() != generation || group->member(leader) == nullptr) {
    return;
  }
  group->is_storing_assignment = false;
  if constexpr (mutant::kStableThoughNotWritten) error = ErrorCode::kNone;
  if (error != ErrorCode::kNone) {
    for (auto& [id, member] : group->members()) member.assignment.clear();
    answer_syncs(*group, error, now);
    return write(group_id,
                 rebalance_or_complete(
                     *group, fmt::format("the assignment could not be written: {}", name_of(error)), now));
  }
  for (auto& [id, member] : group->members()) {
    auto given = assignments.find(id);
    member.assignment = given == assignments.end() ? Bytes() : std::move(given->second);
  }
  answer_syncs(*group, ErrorCode::kNone, now);
  group->become(ClassicState::kStable, now);
}

void ClassicMembership::answer_syncs(ClassicGroup& group, ErrorCode error, Now now) {
  for (auto& [id, member] : group.members()) {
    SyncGroupResponse response;
    response.error_code = wire_value(error);
    if (error == ErrorCode::kNone) response = assignment_response(group, member);
    // Its session may have ended while it waited.
    if (group.answer_sync(member, response)) expect_within(group, member, member.session_timeout_ms, now);
  }
}

ClassicMembership::Records ClassicMembership::end_syncs(ClassicGroup& group, Now now) {
  const bool has_generation =
      group.state() == ClassicState::kCompletingRebalance || group.state() == ClassicState::kStable;
  CHECK(has_generation && !group.pending_syncs().empty());
  const std::vector<std::string> silent(group.pending_syncs().begin(), group.pending_syncs().end());
  for (const std::string& id : silent) {
    LOG_INFO_LIMITED("group {}: member {} has not synchronised in time, removing it", for_log(group.id()),
                     for_log(id));
    remove_member(group, id);
  }
  return prepare_rebalance(group, fmt::format("{} members have not synchronised", silent.size()), now);
}

}  // namespace klamm::broker::group
