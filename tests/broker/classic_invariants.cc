#include "tests/broker/classic_invariants.h"

#include <algorithm>

#include <fmt/core.h>

namespace klamm::broker::group::testing {

namespace {

using Broken = std::optional<std::string>;

Broken find_broken_members(const ClassicGroup& group, const Deadlines& deadlines) {
  size_t awaiting = 0, statics = 0;
  for (const auto& [id, member] : group.members()) {
    if (member.id != id) return "a member is kept under another id";
    if (group.is_pending_join(id)) return "a member is pending too";
    awaiting += member.awaits_join() ? 1 : 0;
    if (member.awaits_join() && member.awaits_sync()) return "a member waits for two things";
    if (member.is_static()) {
      ++statics;
      const std::string* known = group.static_member_id(*member.instance_id);
      if (known == nullptr || *known != id) return "a static member is not in its instance's place";
    }
    const auto set_ms = deadlines.find({DeadlineKind::kSession, group.id(), id});
    if (set_ms != member.session_deadline_set_ms) return "a member is wrong about its deadline";
    if (set_ms && *set_ms > member.session_deadline_ms) return "a session would end too late";
    if (!set_ms && !member.is_excused()) return "a member could stay for ever";
  }
  if (awaiting != group.awaiting_join_count()) return "those who wait for others are not counted right";
  if (statics != group.static_member_count()) return "an instance has no member";
  for (const std::string& id : group.pending_joins()) {
    if (!deadlines.find({DeadlineKind::kSession, group.id(), id}))
      return "a pending member could stay for ever";
  }
  for (const std::string& id : group.pending_syncs()) {
    if (!group.members().contains(id)) return "one who is gone is waited for";
  }
  return {};
}

Broken find_broken_state(const ClassicGroup& group, const Deadlines& deadlines, bool writing) {
  const ClassicState state = group.state();
  const auto& members = group.members();
  if ((state == ClassicState::kEmpty) && !members.empty()) return "an empty group has members";
  if (members.empty() ? group.leader().has_value() : !members.contains(group.leader().value_or("none"))) {
    return "it is not led by one of its members";
  }
  const bool joining = state == ClassicState::kPreparingRebalance;
  const bool generation = state == ClassicState::kCompletingRebalance || state == ClassicState::kStable;
  if (deadlines.find({DeadlineKind::kJoin, group.id()}).has_value() != joining) return "join deadline";
  const bool syncs = deadlines.find({DeadlineKind::kSync, group.id()}).has_value();
  if (syncs != !group.pending_syncs().empty()) return "sync deadline";
  if (!generation && syncs) return "syncs are waited for outside a generation";
  if (joining && !group.is_initial_rebalance() && group.all_have_joined())
    return "all have joined, and it waits";
  if (generation && members.empty()) return "a generation of nobody";
  // KAFKA-12890: somebody must be waited for, or the log.
  if (state == ClassicState::kCompletingRebalance && !syncs && !(group.is_storing_assignment && writing)) {
    return "nothing is waited for, and nothing will come";
  }
  for (const auto& [id, member] : members) {
    if (member.awaits_sync() && state != ClassicState::kCompletingRebalance) return "a sync waits in vain";
    if (member.awaits_join() && !joining && !writing) return "a join waits in vain";
    const bool offers = std::ranges::any_of(
        member.protocols, [&](const ClassicProtocol& p) { return p.name == group.protocol_name(); });
    if (generation && !offers) return "a member does not have the protocol";
  }
  return {};
}

}  // namespace

std::optional<std::string> find_broken(GroupFixture& world) {
  size_t deadlines = 0;
  for (const auto& [id, any] : world.groups.by_id()) {
    const ClassicGroup& group = world.group(id);
    Broken broken = find_broken_members(group, world.deadlines);
    if (!broken) broken = find_broken_state(group, world.deadlines, world.journal.has_pending());
    if (broken) return fmt::format("{} ({}): {}", id, group.state_name(), *broken);
    for (const auto& [member_id, member] : group.members())
      deadlines += member.session_deadline_set_ms ? 1 : 0;
    deadlines += group.pending_joins().size();
    deadlines += group.state() == ClassicState::kPreparingRebalance ? 1 : 0;
    deadlines += group.pending_syncs().empty() ? 0 : 1;
  }
  if (deadlines != world.deadlines.size()) return "a deadline is nobody's";
  return {};
}

namespace {

std::string described(ClassicGroup& group) {
  std::string text =
      fmt::format("{} {} {} {} {}\n", group.state_name(), group.generation(), group.protocol_type(),
                  group.protocol_name().value_or("-"), group.leader().value_or("-"));
  for (const auto& [id, member] : group.members()) {
    text += fmt::format("  {} {} {} {} {} {} {} {}\n", id, member.instance_id.value_or("-"), member.client_id,
                        member.client_host, member.rebalance_timeout_ms, member.session_timeout_ms,
                        as_text(member.metadata(group.protocol_name())), as_text(member.assignment));
  }
  for (std::string_view topic : {"a", "b", "c"}) text += group.is_subscribed_to(topic) ? "+" : "-";
  return text;
}

}  // namespace

std::optional<std::string> find_unlike_log(GroupFixture& world, bool with_empty) {
  GroupFixture loaded;
  loaded.load(world.journal.log());
  for (const auto& [id, any] : world.groups.by_id()) {
    ClassicGroup& group = world.group(id);
    const bool lasts =
        group.state() == ClassicState::kStable || (group.state() == ClassicState::kEmpty && with_empty);
    if (!lasts || group.generation() == 0) continue;
    if (loaded.groups.find(id) == nullptr) return id + " is not in the log";
    if (described(loaded.group(id)) != described(group)) {
      return fmt::format("{}: the log has\n{}\nand not\n{}", id, described(loaded.group(id)),
                         described(group));
    }
  }
  return {};
}

}  // namespace klamm::broker::group::testing
