// DeleteGroups, versions 0-2 (KIP-229). A group that is named twice is deleted once.

#include <set>

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::DeleteGroupsRequest;
using Deleted = protocol::DeleteGroupsResponse::DeletableGroupResult;

struct Deleting {
  Deleting(GroupRequest<Body> asked, std::vector<std::string_view> names_)
      : names(std::move(names_)), parts(std::move(asked), names.size()) {}
  const std::vector<std::string_view> names;
  GroupParts<Body, Deleted> parts;

  void answer(size_t index, const Deleted& deleted) {
    parts.bring(index, deleted, [](const Body&, const std::vector<Deleted>& all) {
      protocol::DeleteGroupsResponse response;
      response.results = all;
      return response;
    });
  }
};

}  // namespace

void handle_delete_groups(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  std::set<std::string_view> seen;
  std::vector<std::string_view> names;
  for (std::string_view name : asked.body.groups_names) {
    if (seen.insert(name).second) names.push_back(name);
  }
  if (names.empty()) return asked.reply.send(protocol::DeleteGroupsResponse{});
  auto deleting = std::make_shared<Deleting>(std::move(asked), std::move(names));
  for (size_t i = 0; i < deleting->names.size(); ++i) {
    const std::string_view group = deleting->names[i];
    uses.coordinator.with_group(group, [deleting, i, group](Outcome<GroupCoordinator::Turn> turn) {
      if (!turn) return deleting->answer(i, {group, protocol::wire_value(turn.error())});
      turn->shard.remove(group, [deleting, i](const Deleted& deleted) { deleting->answer(i, deleted); });
    });
  }
}

}  // namespace klamm::broker
