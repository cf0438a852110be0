// DescribeGroups, versions 0-6 (KIP-430: what the client may do in v3, KIP-345: instance ids in v4, KIP-1043:
// messages and GROUP_ID_NOT_FOUND in v6). Classic groups alone.

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::DescribeGroupsRequest;
using Described = protocol::DescribeGroupsResponse::DescribedGroup;

Described refuse(std::string_view group, ErrorCode code) {
  Described described;
  described.group_id = group;
  described.error_code = protocol::wire_value(code);
  return described;
}

}  // namespace

void handle_describe_groups(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const size_t count = asked.body.groups.size();
  if (count == 0) return asked.reply.send(protocol::DescribeGroupsResponse{});
  using Parts = GroupParts<Body, protocol::DescribeGroupsResponse, Described>;
  auto parts = std::make_shared<Parts>(std::move(asked), &protocol::DescribeGroupsResponse::groups, count);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view group = parts->body().groups[i];
    if (!is_allowed(uses, parts->request(), security::AclOperation::kDescribe, group)) {
      parts->bring(i, refuse(group, ErrorCode::kGroupAuthorizationFailed));
      continue;
    }
    uses.coordinator.with_group(group, [uses, parts, i, group](Outcome<GroupCoordinator::Turn> turn) {
      if (!turn) return parts->bring(i, refuse(group, turn.error()));
      std::string message;
      Described described = turn->shard.describe(group, parts->version(), message);
      if (parts->body().include_authorized_operations && described.error_code == 0) {
        const auto image = uses.images.get();
        const Access access = access_of(uses.authorizer, *image, parts->request());
        described.authorized_operations = access.operations(security::ResourceType::kGroup, group);
      }
      parts->bring(i, described);
    });
  }
}

}  // namespace klamm::broker
