// JoinGroup: who comes is found among the members, or is new; and what that means for the group.
#include "base/check.h"
#include "base/logging.h"
#include "base/uuid.h"
#include "broker/group/classic_membership.h"
#include "broker/group/group_records.h"
#include "broker/group/log_text.h"
#include "broker/group/mutants.h"
#include "protocol/string_limit.h"

namespace klamm::broker::group {

using protocol::ErrorCode;
using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;
using protocol::wire_value;

namespace {

// A member that joins for the first time, and is not heard of while it waits, is given up after this.
constexpr int64_t kNewMemberTimeoutMs = 5 * 60 * 1000;
constexpr size_t kUuidTextSize = 36;

void refuse(JoinAnswer& answer, std::string_view member_id, ErrorCode error) {
  JoinGroupResponse response;
  response.error_code = wire_value(error);
  response.member_id = member_id;
  response.protocol_name.reset();
  answer.give(std::move(response));
}

// Java's UUID.toString.
std::string uuid_text(Random& random) {
  const Uuid uuid = Uuid::random(random);
  std::string text;
  for (size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", uuid.bytes[i]);
  }
  return text;
}

// Of the client, or of the static instance; cut where the id would not fit the wire, between characters.
std::string make_member_id(std::string_view of, Random& random) {
  return fmt::format("{}-{}", protocol::cut(of, protocol::kStringSizeMax - 1 - kUuidTextSize),
                     uuid_text(random));
}

// A name that is offered twice counts once, where it stands first.
std::vector<ClassicProtocol> copy_protocols(const JoinGroupRequest& request) {
  std::vector<ClassicProtocol> protocols;
  std::set<std::string_view> names;
  for (const JoinGroupRequest::JoinGroupRequestProtocol& offered : request.protocols) {
    if (!names.insert(offered.name).second) continue;
    protocols.push_back({std::string(offered.name), Bytes(offered.metadata.begin(), offered.metadata.end())});
  }
  return protocols;
}

std::string reason_of(const JoinGroupRequest& request) {
  return request.reason && !request.reason->empty() ? for_log(*request.reason) : "not provided";
}

}  // namespace

ErrorCode check_join(const JoinGroupRequest& request, const GroupCoordinatorConfig& config) {
  if (request.group_id.empty()) return ErrorCode::kInvalidGroupId;
  const bool fits = request.session_timeout_ms >= config.session_timeout_min_ms &&
                    request.session_timeout_ms <= config.session_timeout_max_ms;
  return fits ? ErrorCode::kNone : ErrorCode::kInvalidSessionTimeout;
}

void ClassicMembership::join(const JoinGroupRequest& request, const RequestContext& context, Now now,
                             Answer<JoinGroupResponse> answer) {
  Joining joining{request, context, now, JoinAnswer(std::move(answer), context.version), {}, 0};
  const ErrorCode refused = check_join(request, uses_.config);
  if (refused != ErrorCode::kNone) return refuse(joining.answer, request.member_id, refused);
  Group* known = uses_.groups.find(request.group_id);
  if (known != nullptr && known->type() != GroupType::kClassic) {
    return refuse(joining.answer, "", ErrorCode::kInconsistentGroupProtocol);
  }
  // Who has an id has it from a group.
  if (known == nullptr && !request.member_id.empty()) {
    return refuse(joining.answer, request.member_id, ErrorCode::kUnknownMemberId);
  }
  joining.protocols = copy_protocols(request);
  // Version 0 did not have it.
  joining.rebalance_timeout_ms =
      context.version == 0 ? request.session_timeout_ms : request.rebalance_timeout_ms;
  if (known == nullptr) {
    uses_.groups.put(std::make_unique<ClassicGroup>(std::string(request.group_id), now));
  }
  ClassicGroup& group = *find(request.group_id);
  Records records = join_group(group, joining);
  if (known != nullptr) return write(group.id(), std::move(records));
  CHECK(records.empty());
  write_new_group(group);
}

ClassicMembership::Records ClassicMembership::join_group(ClassicGroup& group, Joining& joining) {
  const std::string_view member_id = joining.request.member_id;
  if (!accepts(group, member_id)) {
    remove_member(group, std::string(member_id));
    refuse(joining.answer, "", ErrorCode::kGroupMaxSizeReached);
    // It may have been the last one that the others waited for.
    return complete_if_all_joined(group, joining.now);
  }
  if (group.state() == ClassicState::kDead) {
    refuse(joining.answer, member_id, ErrorCode::kCoordinatorNotAvailable);
    return {};
  }
  if (!group.supports(joining.request.protocol_type, joining.protocols)) {
    refuse(joining.answer, member_id, ErrorCode::kInconsistentGroupProtocol);
    return {};
  }
  return member_id.empty() ? join_new(group, joining) : join_known(group, joining);
}

bool ClassicMembership::accepts(ClassicGroup& group, std::string_view member_id) const {
  const auto size_max = static_cast<size_t>(uses_.config.size_max);
  const ClassicMember* member = group.member(member_id);
  switch (group.state()) {
    case ClassicState::kEmpty:
    case ClassicState::kDead:
      return true;
    case ClassicState::kPreparingRebalance:
      // Those who wait are counted and not the members, of whom there may be too many after the limit has
      // been lowered: the last to rejoin are turned away.
      return (member != nullptr && member->awaits_join()) || group.awaiting_join_count() < size_max;
    case ClassicState::kCompletingRebalance:
    case ClassicState::kStable:
      return member != nullptr || group.member_count() < size_max;
  }
  return false;
}

// The group is committed to the log although nobody is in it yet, so that all may see it.
void ClassicMembership::write_new_group(const ClassicGroup& group) {
  protocol::GroupMetadataValue empty;
  empty.protocol.reset();
  empty.leader.reset();
  empty.current_state_timestamp = group.state_timestamp_ms();
  Records records;
  records.push_back(group_metadata_record(group.id(), empty));
  uses_.journal.write(std::move(records), [this, id = group.id()](ErrorCode error, Now now) {
    if (error == ErrorCode::kNone) return;
    LOG_WARN_LIMITED("group {}: could not be written: {}", for_log(id), name_of(error));
    ClassicGroup* written = find(id);
    if (written == nullptr || written->generation() != 0 || written->state() == ClassicState::kDead) return;
    // It is as if nobody had come. What has been committed for it meanwhile keeps the group.
    for (auto& [member_id, member] : written->members()) {
      JoinGroupResponse response;
      response.error_code = wire_value(error);
      written->answer_join(member, std::move(response));
    }
    uses_.deadlines.cancel_group(id);
    uses_.groups.put(std::make_unique<ClassicGroup>(id, now));
  });
}

ClassicMembership::Records ClassicMembership::join_new(ClassicGroup& group, Joining& joining) {
  const auto& instance_id = joining.request.group_instance_id;
  std::string id = make_member_id(instance_id.value_or(joining.context.client_id), uses_.random);
  if (instance_id) {
    if (group.static_member_id(*instance_id) != nullptr) return replace_static(group, joining, std::move(id));
    LOG_INFO_LIMITED("group {} ({}): static member {} joins for the first time, as {}", for_log(group.id()),
                     group.state_name(), for_log(*instance_id), for_log(id));
    return add_member(group, joining, std::move(id));
  }
  if (joining.context.version < 4) {
    LOG_INFO_LIMITED("group {} ({}): a new member joins, as {}", for_log(group.id()), group.state_name(),
                     for_log(id));
    return add_member(group, joining, std::move(id));
  }
  // It is to show that it can receive an answer, before others wait for it (KIP-394).
  LOG_INFO_LIMITED("group {} ({}): a new member is asked to join as {}", for_log(group.id()),
                   group.state_name(), for_log(id));
  group.add_pending_join(id);
  uses_.deadlines.set({DeadlineKind::kSession, group.id(), id},
                      joining.now.monotonic_ms + joining.request.session_timeout_ms);
  refuse(joining.answer, id, ErrorCode::kMemberIdRequired);
  return {};
}

ClassicMembership::Records ClassicMembership::join_known(ClassicGroup& group, Joining& joining) {
  const JoinGroupRequest& request = joining.request;
  if (group.is_pending_join(request.member_id)) {
    if (request.group_instance_id) {
      // No id was given out to be used so.
      refuse(joining.answer, "", ErrorCode::kUnknownServerError);
      return {};
    }
    LOG_INFO_LIMITED("group {} ({}): pending member {} joins", for_log(group.id()), group.state_name(),
                     for_log(request.member_id));
    return add_member(group, joining, std::string(request.member_id));
  }
  const bool is_strange = !request.group_instance_id && group.member(request.member_id) == nullptr;
  if (mutant::kMemberIdNotRequired && is_strange) {
    return add_member(group, joining, std::string(request.member_id));
  }
  const ErrorCode error = group.check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::kNone) {
    refuse(joining.answer, request.member_id, error);
    return {};
  }
  ClassicMember& member = *group.member(request.member_id);
  const bool same = member.protocols == joining.protocols;
  switch (group.state()) {
    case ClassicState::kPreparingRebalance:
      return update_member(group, member, joining, "joins");
    case ClassicState::kCompletingRebalance:
      if (!same) return update_member(group, member, joining, "has changed its metadata");
      break;
    case ClassicState::kStable:
      // What only the leader sees may have changed: the partitions of a topic, say.
      if (group.is_leader(member.id)) return update_member(group, member, joining, "leads and rejoins");
      if (!same) return update_member(group, member, joining, "has changed its metadata");
      break;
    case ClassicState::kEmpty:
    case ClassicState::kDead:
      CHECK(false);  // Neither has members.
  }
  // It may not have got its answer, and gets it again.
  joining.answer.give(joined_response(group, member));
  return {};
}

ClassicMembership::Records ClassicMembership::add_member(ClassicGroup& group, Joining& joining,
                                                         std::string member_id) {
  const JoinGroupRequest& request = joining.request;
  const std::string reason =
      fmt::format("adding new member {}; client reason: {}", for_log(member_id), reason_of(request));
  ClassicMember member{std::move(member_id)};
  if (request.group_instance_id) member.instance_id = *request.group_instance_id;
  member.client_id = joining.context.client_id;
  member.client_host = joining.context.client_host;
  member.rebalance_timeout_ms = joining.rebalance_timeout_ms;
  member.session_timeout_ms = request.session_timeout_ms;
  member.protocols = std::move(joining.protocols);
  member.is_new = true;
  if (group.initial_delay) group.initial_delay->has_new_member = true;
  ClassicMember& added = group.add(std::move(member), request.protocol_type);
  group.wait_for_join(added, std::move(joining.answer));
  // In place of its deadline as a pending member, if it was one.
  expect_within(group, added, kNewMemberTimeoutMs, joining.now);
  return rebalance_or_complete(group, reason, joining.now);
}

ClassicMembership::Records ClassicMembership::update_member(ClassicGroup& group, ClassicMember& member,
                                                            Joining& joining, std::string_view what) {
  const std::string reason =
      fmt::format("member {} {}; client reason: {}", for_log(member.id), what, reason_of(joining.request));
  group.update(member, std::move(joining.protocols), joining.rebalance_timeout_ms,
               joining.request.session_timeout_ms);
  group.wait_for_join(member, std::move(joining.answer));
  return rebalance_or_complete(group, reason, joining.now);
}

}  // namespace klamm::broker::group
