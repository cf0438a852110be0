#include "broker/handlers/groups.h"
#include "broker/server_dispatch.h"

namespace klamm::broker {

// Binds the handlers of groups and of committed offsets.
void ServerDispatch::bind_groups() {
  auto bind = [this](int16_t key, void (*handle)(Request, Reply, const GroupUses&)) {
    handlers_[key] = [handle](ServerDispatch& self, Request request, Reply reply) {
      handle(std::move(request), std::move(reply),
             {self.uses_.groups, self.uses_.images, self.uses_.config.groups,
              self.uses_.config.security.authorizer});
    };
  };
  bind(protocol::OffsetCommitRequest::kKey, handle_offset_commit);
  bind(protocol::OffsetFetchRequest::kKey, handle_offset_fetch);
  bind(protocol::JoinGroupRequest::kKey, handle_join_group);
  bind(protocol::HeartbeatRequest::kKey, handle_heartbeat);
  bind(protocol::LeaveGroupRequest::kKey, handle_leave_group);
  bind(protocol::SyncGroupRequest::kKey, handle_sync_group);
  bind(protocol::DescribeGroupsRequest::kKey, handle_describe_groups);
  bind(protocol::ListGroupsRequest::kKey, handle_list_groups);
  bind(protocol::DeleteGroupsRequest::kKey, handle_delete_groups);
  bind(protocol::OffsetDeleteRequest::kKey, handle_offset_delete);
}

}  // namespace klamm::broker
