// A rebalance: members are waited for, the generation begins with those that have come, and each is told.
#include <algorithm>

#include "base/check.h"
#include "base/logging.h"
#include "broker/group/classic_membership.h"
#include "broker/group/group_records.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::JoinGroupResponse;

namespace {

// How soon a rebalance to which nobody has come is looked at again: a client may have said that it takes no
// time.
constexpr int64_t kRetryMinMs = 1'000;

}  // namespace

JoinGroupResponse joined_response(const ClassicGroup& group, const ClassicMember& member) {
  JoinGroupResponse response;
  response.generation_id = group.generation();
  response.protocol_type = group.protocol_type();
  response.protocol_name = group.protocol_name();
  response.leader = group.leader() ? std::string_view(*group.leader()) : "";
  response.member_id = member.id;
  if (!group.is_leader(member.id)) return response;
  for (const auto& [id, other] : group.members()) {
    response.members.push_back({id, other.instance_id, other.metadata(group.protocol_name())});
  }
  return response;
}

ClassicMembership::Records ClassicMembership::rebalance_or_complete(ClassicGroup& group,
                                                                    std::string_view reason, Now now) {
  return may_become(group.state(), ClassicState::kPreparingRebalance) ? prepare_rebalance(group, reason, now)
                                                                      : complete_if_all_joined(group, now);
}

ClassicMembership::Records ClassicMembership::prepare_rebalance(ClassicGroup& group, std::string_view reason,
                                                                Now now) {
  // Who waits for an assignment is to join again instead.
  if (group.state() == ClassicState::kCompletingRebalance) {
    for (auto& [id, member] : group.members()) member.assignment.clear();
    answer_syncs(group, ErrorCode::kRebalanceInProgress, now);
  }
  group.clear_pending_syncs();
  uses_.deadlines.cancel({DeadlineKind::kSync, group.id()});
  LOG_INFO_LIMITED("Preparing to rebalance group {} in state {} with old generation {} (reason: {})",
                   for_log(group.id()), group.state_name(), group.generation(), reason);
  group.become(ClassicState::kPreparingRebalance, now);

  if (group.is_initial_rebalance()) {
    const int64_t step_ms = uses_.config.initial_rebalance_delay_ms;
    group.initial_delay = {step_ms, std::max<int64_t>(group.rebalance_timeout_ms() - step_ms, 0)};
    uses_.deadlines.set({DeadlineKind::kJoin, group.id()}, now.monotonic_ms + step_ms);
    return {};
  }
  if (group.all_have_joined()) return complete_join(group, now);
  uses_.deadlines.set({DeadlineKind::kJoin, group.id()}, now.monotonic_ms + group.rebalance_timeout_ms());
  return {};
}

ClassicMembership::Records ClassicMembership::complete_if_all_joined(ClassicGroup& group, Now now) {
  if (group.state() != ClassicState::kPreparingRebalance || group.is_initial_rebalance() ||
      !group.all_have_joined()) {
    return {};
  }
  return complete_join(group, now);
}

ClassicMembership::Records ClassicMembership::end_initial_delay(ClassicGroup& group, Now now) {
  auto& delay = *group.initial_delay;
  if (!delay.has_new_member || delay.left_ms == 0) return complete_join(group, now);
  const int64_t step_ms = std::min<int64_t>(uses_.config.initial_rebalance_delay_ms, delay.left_ms);
  delay = {step_ms, std::max<int64_t>(delay.left_ms - delay.step_ms, 0)};
  uses_.deadlines.set({DeadlineKind::kJoin, group.id()}, now.monotonic_ms + step_ms);
  return {};
}

ClassicMembership::Records ClassicMembership::complete_join(ClassicGroup& group, Now now) {
  CHECK(group.state() == ClassicState::kPreparingRebalance);
  uses_.deadlines.cancel({DeadlineKind::kJoin, group.id()});
  group.initial_delay.reset();

  std::vector<std::string> late;
  for (const auto& [id, member] : group.members()) {
    if (!member.awaits_join() && !member.is_static()) late.push_back(id);
  }
  for (const std::string& id : late) {
    LOG_INFO_LIMITED("group {}: member {} has not joined in time, removing it", for_log(group.id()),
                     for_log(id));
    remove_member(group, id);
  }
  if (!group.members().empty() && !group.elect_joined_leader()) {
    // Only static members, of whom none has come. Their sessions end this, or they come.
    LOG_ERROR_LIMITED("group {} could not complete its rebalance, because no member has rejoined",
                      for_log(group.id()));
    const int64_t again_ms = std::max<int64_t>(group.rebalance_timeout_ms(), kRetryMinMs);
    uses_.deadlines.set({DeadlineKind::kJoin, group.id()}, now.monotonic_ms + again_ms);
    return {};
  }

  group.begin_generation(now);
  if (group.is_empty()) {
    if constexpr (mutant::kEmptyNotWritten) return {};
    LOG_INFO_LIMITED("Group {} with generation {} is now empty", for_log(group.id()), group.generation());
    Records records;
    records.push_back(group_metadata_record(group.id(), group.as_record()));
    return records;
  }
  LOG_INFO_LIMITED("Stabilized group {} generation {} with {} members", for_log(group.id()),
                   group.generation(), group.member_count());
  for (auto& [id, member] : group.members()) {
    group.answer_join(member, joined_response(group, member));
    member.is_new = false;
    expect_within(group, member, member.session_timeout_ms, now);
    group.add_pending_sync(id);
  }
  if constexpr (mutant::kNoSyncDeadline) return {};
  uses_.deadlines.set({DeadlineKind::kSync, group.id()}, now.monotonic_ms + group.rebalance_timeout_ms());
  return {};
}

}  // namespace klamm::broker::group
