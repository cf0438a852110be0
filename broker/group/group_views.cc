// What tools see of the groups: ListGroups and DescribeGroups.
#include "broker/group/classic_group.h"
#include "broker/group/group_shard.h"
#include "protocol/string_limit.h"

namespace klamm::broker::group {
namespace {

using protocol::DescribeGroupsResponse;
using protocol::ErrorCode;
using protocol::ListGroupsResponse;

constexpr int16_t kGroupIdNotFoundFrom = 6;
// So much of an id stands in a message that the message fits the wire.
constexpr size_t kDescribedIdSizeMax = protocol::kStringSizeMax - 64;

DescribeGroupsResponse::DescribedGroupMember describe_member(const ClassicMember& member) {
  DescribeGroupsResponse::DescribedGroupMember described;
  described.member_id = member.id;
  if (member.instance_id) described.group_instance_id = *member.instance_id;
  described.client_id = member.client_id;
  described.client_host = member.client_host;
  described.member_assignment = member.assignment;
  return described;
}

}  // namespace

void GroupShard::list(const GroupFilter& filter, ListGroupsResponse& response) const {
  for (const auto& [id, group] : groups_.by_id()) {
    if (!filter.passes(*group)) continue;
    response.groups.push_back({.group_id = id,
                               .protocol_type = group->protocol_type(),
                               .group_state = group->state_name(),
                               .group_type = name_of(group->type())});
  }
}

DescribeGroupsResponse::DescribedGroup GroupShard::describe(std::string_view group_id, int16_t version,
                                                            std::string& message) const {
  DescribeGroupsResponse::DescribedGroup described;
  described.group_id = group_id;
  const Group* const found = groups_.find(group_id);
  if (found == nullptr || found->type() != GroupType::kClassic) {
    described.group_state = name_of(ClassicState::kDead);
    if (version < kGroupIdNotFoundFrom) return described;
    message = "Group " + std::string(protocol::cut(group_id, kDescribedIdSizeMax)) +
              (found == nullptr ? " not found." : " is not a classic group.");
    described.error_code = wire_value(ErrorCode::kGroupIdNotFound);
    described.error_message = message;
    return described;
  }
  const auto& group = static_cast<const ClassicGroup&>(*found);
  described.group_state = group.state_name();
  described.protocol_type = group.protocol_type();
  // Only in a stable group it is certain which of its offers a member is served under.
  const bool is_stable = group.state() == ClassicState::kStable;
  if (is_stable && group.protocol_name()) described.protocol_data = *group.protocol_name();
  for (const auto& [id, member] : group.members()) {
    described.members.push_back(describe_member(member));
    if (is_stable) described.members.back().member_metadata = member.metadata(group.protocol_name());
  }
  return described;
}

}  // namespace klamm::broker::group
