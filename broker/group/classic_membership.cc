#include "broker/group/classic_membership.h"

#include "base/check.h"
#include "base/logging.h"
#include "broker/group/group_records.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::JoinGroupResponse;
using protocol::SyncGroupResponse;
using protocol::wire_value;

ClassicGroup* ClassicMembership::find(std::string_view group_id) const {
  Group* group = uses_.groups.find(group_id);
  return group != nullptr && group->type() == GroupType::kClassic ? static_cast<ClassicGroup*>(group)
                                                                  : nullptr;
}

void ClassicMembership::expect_within(const ClassicGroup& group, ClassicMember& member, int64_t timeout_ms,
                                      Now now) {
  member.session_deadline_ms = now.monotonic_ms + timeout_ms;
  if (member.session_deadline_set_ms && *member.session_deadline_set_ms <= member.session_deadline_ms) return;
  member.session_deadline_set_ms = member.session_deadline_ms;
  uses_.deadlines.set({DeadlineKind::kSession, group.id(), member.id}, member.session_deadline_ms);
}

void ClassicMembership::remove_member(ClassicGroup& group, const std::string& member_id) {
  uses_.deadlines.cancel({DeadlineKind::kSession, group.id(), member_id});
  group.remove(member_id);
}

void ClassicMembership::write(std::string_view group_id, Records records) {
  if (records.empty()) return;
  // If it is not written, the generation before counts again after a restart, until its sessions end.
  uses_.journal.write(std::move(records), [id = std::string(group_id)](ErrorCode error, Now) {
    if (error != ErrorCode::kNone) {
      LOG_WARN_LIMITED("group {}: that it is empty could not be written: {}", for_log(id), name_of(error));
    }
  });
}

void ClassicMembership::on_deadline(const DeadlineKey& key, Now now) {
  ClassicGroup* group = find(key.group);
  if (group == nullptr) return;
  switch (key.kind) {
    case DeadlineKind::kJoin:
      return write(key.group,
                   group->initial_delay ? end_initial_delay(*group, now) : complete_join(*group, now));
    case DeadlineKind::kSync:
      return write(key.group, end_syncs(*group, now));
    case DeadlineKind::kSession:
      return write(key.group, end_session(*group, key.member, now));
    case DeadlineKind::kExpiry:
      CHECK(false);
  }
}

ClassicMembership::Records ClassicMembership::end_session(ClassicGroup& group, const std::string& member_id,
                                                          Now now) {
  if (group.is_pending_join(member_id)) {
    LOG_INFO_LIMITED("group {}: pending member {} has not joined and is forgotten", for_log(group.id()),
                     for_log(member_id));
    group.remove(member_id);
    if (group.state() == ClassicState::kPreparingRebalance && group.all_have_joined()) {
      return complete_join(group, now);
    }
    return {};
  }
  ClassicMember* member = group.member(member_id);
  if (member == nullptr) return {};
  member->session_deadline_set_ms.reset();
  if (member->session_deadline_ms > now.monotonic_ms) {
    if constexpr (mutant::kSessionNotSetAgain) return {};
    expect_within(group, *member, member->session_deadline_ms - now.monotonic_ms, now);
    return {};
  }
  // When what it waits for comes to be, its session begins anew.
  if (member->is_excused()) return {};
  LOG_INFO_LIMITED("group {}: member {} has failed, removing it", for_log(group.id()), for_log(member_id));
  remove_member(group, member_id);
  if (group.state() == ClassicState::kPreparingRebalance) {
    return group.all_have_joined() ? complete_join(group, now) : Records();
  }
  return rebalance_or_complete(group, fmt::format("session of member {} expired", for_log(member_id)), now);
}

bool ClassicMembership::load(ByteView key, std::optional<ByteView> value, Now) {
  auto record = read_group_metadata(key, value);
  if (!record) return false;
  // Whatever was waited for in the group that was.
  uses_.deadlines.cancel_group(record->group);
  if (mutant::kLoadStopsAtTombstone && !record->value && find(record->group) == nullptr) return false;
  if (!record->value) {
    uses_.groups.erase(record->group);
    return true;
  }
  auto group = ClassicGroup::of(record->group, *record->value);
  if (group == nullptr) return false;
  uses_.groups.put(std::move(group));
  return true;
}

void ClassicMembership::on_loaded(Now now) {
  for (const auto& [id, any] : uses_.groups.by_id()) {
    ClassicGroup* group = find(id);
    if (group == nullptr) continue;
    group->read_subscriptions();
    if (group->is_empty()) continue;
    LOG_INFO_LIMITED("group {}: loaded with {} members in generation {}", for_log(id), group->member_count(),
                     group->generation());
    for (auto& [member_id, member] : group->members()) {
      if constexpr (mutant::kNoSessionsAfterLoad) continue;
      expect_within(*group, member, member.session_timeout_ms, now);
    }
    if (group->member_count() > static_cast<size_t>(uses_.config.size_max)) {
      // The limit has been lowered. They rebalance, so that they can commit before some are turned away.
      write(id, prepare_rebalance(*group,
                                  fmt::format("{} members, and {} are allowed", group->member_count(),
                                              uses_.config.size_max),
                                  now));
    }
  }
}

void ClassicMembership::resign() {
  for (const auto& [id, any] : uses_.groups.by_id()) {
    ClassicGroup* group = find(id);
    if (group == nullptr) continue;
    for (auto& [member_id, member] : group->members()) {
      JoinGroupResponse joined;
      joined.error_code = wire_value(ErrorCode::kNotCoordinator);
      joined.member_id = member_id;
      group->answer_join(member, std::move(joined));
      SyncGroupResponse synced;
      synced.error_code = wire_value(ErrorCode::kNotCoordinator);
      group->answer_sync(member, synced);
    }
    group->become(ClassicState::kDead, Now{});
    uses_.deadlines.cancel_group(id);
  }
}

}  // namespace klamm::broker::group
