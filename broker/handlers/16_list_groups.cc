// ListGroups, versions 0-5 (KIP-518: states in v4, KIP-848: types in v5): the groups that this node
// coordinates.

#include <deque>

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::ListGroupsRequest;
using Listed = protocol::ListGroupsResponse;

// Filled by the shards in their turns, perhaps several at once.
struct Listing {
  GroupRequest<Body> asked;
  absl::Mutex mutex{};
  std::deque<Bytes> texts ABSL_GUARDED_BY(mutex){};
  Listed response ABSL_GUARDED_BY(mutex){};

  // The views of a shard's answer end with its turn.
  std::string_view keep(std::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Bytes& kept = texts.emplace_back(text.begin(), text.end());
    return {reinterpret_cast<const char*>(kept.data()), kept.size()};
  }
};

}  // namespace

void handle_list_groups(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  auto listing = std::make_shared<Listing>(std::move(asked));
  uses.coordinator.with_each_shard(
      [listing](GroupCoordinator::Turn turn) {
        Listed mine;
        turn.shard.list(listing->asked.body, mine);
        absl::MutexLock lock(&listing->mutex);
        for (const auto& group : mine.groups) {
          listing->response.groups.push_back(
              {listing->keep(group.group_id), listing->keep(group.protocol_type),
               listing->keep(group.group_state), listing->keep(group.group_type)});
        }
      },
      [listing](bool loading) {
        absl::MutexLock lock(&listing->mutex);
        if (loading) {
          listing->response = {};
          listing->response.error_code = protocol::wire_value(ErrorCode::kCoordinatorLoadInProgress);
        }
        listing->asked.reply.send(listing->response);
      });
}

}  // namespace klamm::broker
