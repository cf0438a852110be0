// DeleteGroups, versions 0-2 (KIP-229). A group that is named twice is deleted once.

#include <set>

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::DeleteGroupsRequest;
using Deleted = protocol::DeleteGroupsResponse::DeletableGroupResult;

}  // namespace

void handle_delete_groups(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  std::set<std::string_view> seen;
  std::erase_if(asked.body.groups_names, [&](std::string_view name) { return !seen.insert(name).second; });
  const size_t count = asked.body.groups_names.size();
  if (count == 0) return asked.reply.send(protocol::DeleteGroupsResponse{});
  using Parts = GroupParts<Body, protocol::DeleteGroupsResponse, Deleted>;
  auto parts = std::make_shared<Parts>(std::move(asked), &protocol::DeleteGroupsResponse::results, count);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view group = parts->body().groups_names[i];
    if (!is_allowed(uses, parts->request(), security::AclOperation::kDelete, group)) {
      parts->bring(i, {group, protocol::wire_value(ErrorCode::kGroupAuthorizationFailed)});
      continue;
    }
    uses.coordinator.with_group(group, [parts, i, group](Outcome<GroupCoordinator::Turn> turn) {
      if (!turn) return parts->bring(i, {group, protocol::wire_value(turn.error())});
      turn->shard.remove(group, [parts, i](const Deleted& deleted) { parts->bring(i, deleted); });
    });
  }
}

}  // namespace klamm::broker
