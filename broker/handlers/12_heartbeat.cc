// Heartbeat, versions 0-4 (KIP-345: static members in v3).

#include "broker/handlers/groups.h"

namespace klamm::broker {

void handle_heartbeat(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::HeartbeatRequest;
  auto refuse = [](const Body&, ErrorCode code) {
    protocol::HeartbeatResponse response;
    // A group that is being loaded will know its members again: they shall not think that it is lost.
    const bool loading = code == ErrorCode::kCoordinatorLoadInProgress;
    response.error_code = protocol::wire_value(loading ? ErrorCode::kNone : code);
    return response;
  };
  in_turn_of_group<Body>(std::move(request), std::move(reply), uses, security::AclOperation::kRead, refuse,
                         [](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                           asked.reply.send(turn.shard.classic().heartbeat(asked.body, turn.now));
                         });
}

}  // namespace klamm::broker
