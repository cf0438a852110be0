#include "broker/group/classic_group.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/logging.h"
#include "broker/group/consumer_protocol.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::GroupMetadataValue;
using protocol::JoinGroupResponse;
using protocol::SyncGroupResponse;
using protocol::wire_value;

bool may_become(ClassicState from, ClassicState to) {
  switch (to) {
    case ClassicState::kEmpty:
    case ClassicState::kCompletingRebalance:
      return from == ClassicState::kPreparingRebalance;
    case ClassicState::kPreparingRebalance:
      return from == ClassicState::kEmpty || from == ClassicState::kCompletingRebalance ||
             from == ClassicState::kStable;
    case ClassicState::kStable:
      return from == ClassicState::kCompletingRebalance;
    case ClassicState::kDead:
      return true;
  }
  return false;
}

std::string_view name_of(ClassicState state) {
  static constexpr std::array<std::string_view, 5> kNames = {"Empty", "PreparingRebalance",
                                                             "CompletingRebalance", "Stable", "Dead"};
  return kNames[static_cast<size_t>(state)];
}

ClassicGroup::ClassicGroup(std::string id, Now now)
    : Group(std::move(id)), state_timestamp_ms_(now.wall_ms) {}

std::unique_ptr<Group> make_simple_group(std::string id, Now now) {
  return std::make_unique<ClassicGroup>(std::move(id), now);
}

std::unique_ptr<ClassicGroup> ClassicGroup::of(std::string_view id, const GroupMetadataValue& value) {
  auto group = std::make_unique<ClassicGroup>(std::string(id), Now{});
  group->state_ = value.members.empty() ? ClassicState::kEmpty : ClassicState::kStable;
  group->state_timestamp_ms_ = value.current_state_timestamp;
  group->protocol_type_ = value.protocol_type;
  group->generation_ = value.generation;
  if (value.protocol) group->protocol_name_ = *value.protocol;
  if (value.leader) group->leader_ = *value.leader;
  for (const GroupMetadataValue::MemberMetadata& from : value.members) {
    if (group->members_.contains(from.member_id)) return nullptr;
    if (from.group_instance_id && group->static_members_.contains(*from.group_instance_id)) return nullptr;
    ClassicMember member{std::string(from.member_id)};
    if (from.group_instance_id) member.instance_id = *from.group_instance_id;
    member.client_id = from.client_id;
    member.client_host = from.client_host;
    // Version 0 did not have it.
    member.rebalance_timeout_ms =
        from.rebalance_timeout == -1 ? from.session_timeout : from.rebalance_timeout;
    member.session_timeout_ms = from.session_timeout;
    member.protocols.push_back({std::string(value.protocol.value_or("")),
                                Bytes(from.subscription.begin(), from.subscription.end())});
    member.assignment.assign(from.assignment.begin(), from.assignment.end());
    group->add(std::move(member), value.protocol_type);
  }
  if (group->leader_ && !group->members_.contains(*group->leader_)) {
    group->leader_.reset();
    if (!group->members_.empty()) group->leader_ = group->members_.begin()->first;
  }
  return group;
}

ClassicMember* ClassicGroup::member(std::string_view id) {
  auto at = members_.find(id);
  return at == members_.end() ? nullptr : &at->second;
}

const std::string* ClassicGroup::static_member_id(std::string_view instance_id) const {
  auto at = static_members_.find(instance_id);
  return at == static_members_.end() ? nullptr : &at->second;
}

int32_t ClassicGroup::rebalance_timeout_ms() const {
  int32_t longest = 0;
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout_ms);
  return longest;
}

bool ClassicGroup::supports(std::string_view protocol_type,
                            const std::vector<ClassicProtocol>& protocols) const {
  if (is_empty()) return !protocol_type.empty() && !protocols.empty();
  return protocol_type == protocol_type_ &&
         std::ranges::any_of(protocols, [&](const ClassicProtocol& offered) {
           auto count = protocol_counts_.find(offered.name);
           return (count == protocol_counts_.end() ? 0 : count->second) == members_.size();
         });
}

std::string ClassicGroup::select_protocol() const {
  CHECK(!members_.empty());
  std::map<std::string_view, size_t> votes;
  for (const auto& [id, member] : members_) {
    auto voted = std::ranges::find_if(member.protocols, [&](const ClassicProtocol& offered) {
      return protocol_counts_.at(offered.name) == members_.size();
    });
    CHECK(voted != member.protocols.end());
    ++votes[voted->name];
  }
  auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return std::string(most->first);
}

void ClassicGroup::become(ClassicState state, Now now) {
  CHECK(may_become(state_, state));
  previous_state_ = state_;
  state_ = state;
  state_timestamp_ms_ = now.wall_ms;
}

ClassicMember& ClassicGroup::add(ClassicMember member, std::string_view protocol_type) {
  if (members_.empty()) protocol_type_ = protocol_type;
  CHECK(protocol_type_ == protocol_type);
  if (member.is_static()) {
    CHECK(static_members_.try_emplace(*member.instance_id, member.id).second);
  }
  if (!leader_) leader_ = member.id;
  pending_joins_.erase(member.id);
  auto [at, is_new] = members_.try_emplace(member.id, std::move(member));
  CHECK(is_new);
  count_protocols(at->second, 1);
  return at->second;
}

void ClassicGroup::remove(std::string_view member_id) {
  if (auto at = members_.find(member_id); at != members_.end()) {
    ClassicMember& member = at->second;
    if (mutant::kAnswerNeverGiven && member.awaits_join()) {
      --awaiting_join_count_;
      member.join_answer = {};
    }
    // It may still be alive, and is to come back as somebody new.
    JoinGroupResponse joined;
    joined.error_code = wire_value(ErrorCode::kUnknownMemberId);
    answer_join(member, std::move(joined));
    SyncGroupResponse synced;
    synced.error_code = wire_value(ErrorCode::kUnknownMemberId);
    answer_sync(member, synced);
    count_protocols(member, -1);
    const bool led = is_leader(member_id);
    remove_pending_sync(member_id);  // From here on member_id may view what is gone.
    if (member.is_static()) static_members_.erase(*member.instance_id);
    members_.erase(at);
    if (led && !mutant::kLeaderNotReplaced)
      leader_ = members_.empty() ? std::nullopt : std::optional(members_.begin()->first);
    return;
  }
  if (auto at = pending_joins_.find(member_id); at != pending_joins_.end()) pending_joins_.erase(at);
}

void ClassicGroup::update(ClassicMember& member, std::vector<ClassicProtocol> protocols,
                          int32_t rebalance_timeout_ms, int32_t session_timeout_ms) {
  count_protocols(member, -1);
  member.protocols = std::move(protocols);
  count_protocols(member, 1);
  member.rebalance_timeout_ms = rebalance_timeout_ms;
  member.session_timeout_ms = session_timeout_ms;
}

ClassicMember& ClassicGroup::replace_static(std::string_view instance_id, std::string_view new_id) {
  std::string& id = static_members_.find(instance_id)->second;
  auto node = members_.extract(id);
  CHECK(!node.empty());
  ClassicMember& old = node.mapped();
  JoinGroupResponse joined;
  joined.error_code = wire_value(ErrorCode::kFencedInstanceId);
  joined.member_id = old.id;
  answer_join(old, std::move(joined));
  SyncGroupResponse synced;
  synced.error_code = wire_value(ErrorCode::kFencedInstanceId);
  answer_sync(old, synced);

  if (is_leader(old.id)) leader_ = new_id;
  if (auto at = pending_syncs_.find(old.id); at != pending_syncs_.end()) {
    pending_syncs_.erase(at);
    pending_syncs_.emplace(new_id);
  }
  old.id = id = new_id;
  old.is_new = false;
  old.session_deadline_set_ms.reset();
  node.key() = new_id;
  auto inserted = members_.insert(std::move(node));
  CHECK(inserted.inserted);
  return inserted.position->second;
}

void ClassicGroup::wait_for_join(ClassicMember& member, JoinAnswer answer) {
  JoinGroupResponse again;
  again.error_code = wire_value(ErrorCode::kRebalanceInProgress);
  again.member_id = member.id;
  answer_join(member, std::move(again));
  member.join_answer = std::move(answer);
  ++awaiting_join_count_;
}

void ClassicGroup::wait_for_sync(ClassicMember& member, Answer<SyncGroupResponse> answer) {
  SyncGroupResponse again;
  again.error_code = wire_value(ErrorCode::kRebalanceInProgress);
  answer_sync(member, again);
  member.sync_answer = std::move(answer);
}

bool ClassicGroup::answer_join(ClassicMember& member, JoinGroupResponse response) {
  if (!member.awaits_join()) return false;
  CHECK(awaiting_join_count_ > 0);
  --awaiting_join_count_;
  std::exchange(member.join_answer, {}).give(std::move(response));
  return true;
}

bool ClassicGroup::answer_sync(ClassicMember& member, const SyncGroupResponse& response) {
  if (!member.awaits_sync()) return false;
  std::exchange(member.sync_answer, nullptr)(response);
  return true;
}

void ClassicGroup::remove_pending_sync(std::string_view id) {
  if (auto at = pending_syncs_.find(id); at != pending_syncs_.end()) pending_syncs_.erase(at);
}

bool ClassicGroup::elect_joined_leader() {
  if (!leader_) return false;
  if (mutant::kLeaderNotReplaced && !members_.contains(*leader_)) return true;
  const ClassicMember& leader = members_.at(*leader_);
  if (leader.awaits_join()) return true;
  auto joined = std::ranges::find_if(members_, [](const auto& entry) { return entry.second.awaits_join(); });
  if (joined == members_.end()) {
    LOG_INFO_LIMITED("group {}: leader {} did not join before the rebalance timeout, and nobody else did",
                     for_log(id()), for_log(*leader_));
    return false;
  }
  LOG_INFO_LIMITED("group {}: leader {} did not join before the rebalance timeout; member {} leads now",
                   for_log(id()), for_log(*leader_), for_log(joined->first));
  leader_ = joined->first;
  return true;
}

void ClassicGroup::begin_generation(Now now) {
  // Past the greatest it goes on with the smallest, as in Kafka.
  generation_ = static_cast<int32_t>(static_cast<uint32_t>(generation_) + 1);
  is_storing_assignment = false;
  clear_pending_syncs();
  if (members_.empty()) {
    protocol_name_.reset();
    become(ClassicState::kEmpty, now);
  } else {
    protocol_name_ = select_protocol();
    become(ClassicState::kCompletingRebalance, now);
  }
  read_subscriptions();
}

void ClassicGroup::read_subscriptions() {
  topics_.reset();
  if (protocol_type_ != kConsumerProtocolType) return;
  if (!members_.empty() && !protocol_name_) return;
  auto& all = topics_.emplace();
  for (const auto& [member_id, member] : members_) {
    auto topics = subscribed_topics(member.metadata(protocol_name_));
    if (!topics) {
      LOG_WARN_LIMITED(
          "group {}: the subscription of member {} cannot be read; the group's topics are not known",
          for_log(id()), for_log(member_id));
      return topics_.reset();
    }
    for (std::string_view topic : *topics) {
      if (!all.contains(topic)) all.emplace(topic);
    }
  }
}

GroupMetadataValue ClassicGroup::as_record(const Assignments* assignments) const {
  GroupMetadataValue value;
  value.protocol_type = protocol_type_;
  value.generation = generation_;
  value.protocol = protocol_name_;
  value.leader = leader_;
  value.current_state_timestamp = state_timestamp_ms_;
  value.members.reserve(members_.size());
  for (const auto& [member_id, member] : members_) {
    ByteView assignment = member.assignment;
    if (assignments != nullptr) {
      auto at = assignments->find(member_id);
      assignment = at == assignments->end() ? ByteView() : at->second;
    }
    value.members.push_back({member_id, member.instance_id, member.client_id, member.client_host,
                             member.rebalance_timeout_ms, member.session_timeout_ms,
                             member.metadata(protocol_name_), assignment});
  }
  return value;
}

void ClassicGroup::count_protocols(const ClassicMember& member, int by) {
  for (const ClassicProtocol& offered : member.protocols) {
    auto at = protocol_counts_.try_emplace(offered.name, 0).first;
    at->second += by;
    if (at->second == 0) protocol_counts_.erase(at);
  }
}

}  // namespace klamm::broker::group
