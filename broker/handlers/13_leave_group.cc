// LeaveGroup, versions 0-5 (KIP-345: several members, by instance id, in v3; KIP-800: reasons in v5).

#include "broker/handlers/groups.h"

namespace klamm::broker {

void handle_leave_group(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::LeaveGroupRequest;
  auto refuse = [](const Body&, ErrorCode code) {
    protocol::LeaveGroupResponse response;
    response.error_code = protocol::wire_value(code);
    return response;
  };
  in_turn_of_group<Body>(std::move(request), std::move(reply), uses, security::AclOperation::kRead, refuse,
                         [](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                           turn.shard.classic().leave(asked.body, asked.context(), turn.now,
                                                      answer_with(std::move(asked.reply)));
                         });
}

}  // namespace klamm::broker
