// A static member comes back without its member id (KIP-345): it takes its own place under a new id. In a
// stable group that costs no rebalance, but is written before anybody hears of it.
#include "base/check.h"
#include "base/logging.h"
#include "broker/group/classic_membership.h"
#include "broker/group/group_records.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::JoinGroupResponse;
using protocol::wire_value;

ClassicMembership::Records ClassicMembership::replace_static(ClassicGroup& group, Joining& joining,
                                                             std::string new_id) {
  const std::string instance_id(*joining.request.group_instance_id);
  const ClassicMember& old = *group.member(*group.static_member_id(instance_id));
  Replaced replaced{group.id(),
                    instance_id,
                    old.id,
                    new_id,
                    group.leader().value_or(""),
                    old.protocols,
                    old.rebalance_timeout_ms,
                    old.session_timeout_ms};
  LOG_INFO_LIMITED("group {} ({}): static member {} is back, as {} in place of {}", for_log(group.id()),
                   group.state_name(), for_log(instance_id), for_log(new_id), for_log(old.id));

  uses_.deadlines.cancel({DeadlineKind::kSession, group.id(), old.id});
  ClassicMember& member = group.replace_static(instance_id, new_id);
  group.update(member, std::move(joining.protocols), joining.rebalance_timeout_ms,
               joining.request.session_timeout_ms);
  group.wait_for_join(member, std::move(joining.answer));
  expect_within(group, member, member.session_timeout_ms, joining.now);

  const std::string reason =
      fmt::format("static member {} is back as {}", for_log(instance_id), for_log(new_id));
  switch (group.state()) {
    case ClassicState::kStable:
      if (group.select_protocol() != group.protocol_name()) {
        return rebalance_or_complete(group, reason + " and changes the protocol", joining.now);
      }
      if constexpr (mutant::kStaticSwapUnwritten)
        on_replacement_stored(replaced, ErrorCode::kNone, joining.now);
      store_replacement(group, std::move(replaced));
      return {};
    case ClassicState::kCompletingRebalance:
      // The leader may be assigning to the old id.
      return prepare_rebalance(group, reason, joining.now);
    case ClassicState::kPreparingRebalance:
      return complete_if_all_joined(group, joining.now);
    case ClassicState::kEmpty:
    case ClassicState::kDead:
      break;
  }
  CHECK(false);
  return {};
}

void ClassicMembership::store_replacement(ClassicGroup& group, Replaced replaced) {
  group.read_subscriptions();
  Records records;
  records.push_back(group_metadata_record(group.id(), group.as_record()));
  uses_.journal.write(std::move(records), [this, replaced = std::move(replaced)](ErrorCode error, Now now) {
    on_replacement_stored(replaced, error, now);
  });
}

void ClassicMembership::on_replacement_stored(const Replaced& replaced, ErrorCode error, Now now) {
  ClassicGroup* group = find(replaced.group_id);
  ClassicMember* member = group == nullptr ? nullptr : group->member(replaced.new_id);
  // It may be gone, or have been answered: in a stable group it waits for this alone. When a rebalance has
  // begun meanwhile it has joined that, and its new id is written with the next generation, if not now.
  if (member == nullptr || !member->awaits_join() || group->state() != ClassicState::kStable) return;

  JoinGroupResponse response = joined_response(*group, *member);
  if (error != ErrorCode::kNone) {
    LOG_WARN_LIMITED("group {}: static member {} could not be written as {}, and is {} again: {}",
                     for_log(replaced.group_id), for_log(replaced.instance_id), for_log(replaced.new_id),
                     for_log(replaced.old_id), name_of(error));
    response.error_code = wire_value(error);
    response.member_id = "";
    response.leader = replaced.old_leader;
    response.members.clear();
    group->answer_join(*member, std::move(response));
    uses_.deadlines.cancel({DeadlineKind::kSession, group->id(), member->id});
    ClassicMember& old = group->replace_static(replaced.instance_id, replaced.old_id);
    group->update(old, replaced.protocols, replaced.rebalance_timeout_ms, replaced.session_timeout_ms);
    group->read_subscriptions();
    return expect_within(*group, old, old.session_timeout_ms, now);
  }
  if (member->join_answer.version() >= 9) {
    response.skip_assignment = group->is_leader(member->id);
  } else {
    // Before it could be told to skip the assignment, a leader was kept from assigning by the leader's old
    // id.
    response.leader = replaced.old_leader;
    response.members.clear();
  }
  group->answer_join(*member, std::move(response));
  expect_within(*group, *member, member->session_timeout_ms, now);
}

}  // namespace klamm::broker::group
