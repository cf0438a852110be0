// ListGroups, versions 0-5 (KIP-518: states in v4, KIP-848: types in v5): the groups that this node
// coordinates, or those of them that the client may describe.

#include "broker/handlers/groups.h"
#include "broker/state_machine.h"

namespace klamm::broker {
namespace {

using Body = protocol::ListGroupsRequest;
using Listed = protocol::ListGroupsResponse;

// Filled by the shards in their turns, one after the other. Their views end with the turn.
struct Listing {
  GroupRequest<Body> asked;
  Texts texts{};
  Listed response{};
};

}  // namespace

void handle_list_groups(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const group::GroupFilter filter(asked.body);
  const auto image = uses.images.get();
  auto listing = std::make_shared<Listing>(std::move(asked));
  uses.coordinator.with_each_shard(
      [listing, filter, image, &rules = uses.authorizer](GroupCoordinator::Turn turn) {
        using security::AclOperation;
        const Access access = access_of(rules, *image, listing->asked.request);
        const bool sees_all = access.allows_cluster(AclOperation::kDescribe, IfDenied::kUnsaid);
        Listed mine;
        turn.shard.list(filter, mine);
        const auto keep = [&](std::string_view text) { return listing->texts.keep(std::string(text)); };
        for (const auto& group : mine.groups) {
          const bool is_seen =
              sees_all || access.allows(AclOperation::kDescribe, security::ResourceType::kGroup,
                                        group.group_id, IfDenied::kUnsaid);
          if (!is_seen) continue;
          listing->response.groups.push_back({keep(group.group_id), keep(group.protocol_type),
                                              keep(group.group_state), keep(group.group_type)});
        }
      },
      [listing](ErrorCode code) {
        if (code != ErrorCode::kNone) {
          listing->response = {};
          listing->response.error_code = protocol::wire_value(code);
        }
        listing->asked.reply.send(listing->response);
      });
}

}  // namespace klamm::broker
