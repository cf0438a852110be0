// SyncGroup, versions 0-5 (KIP-345: static members in v3, KIP-559: protocol type and name in v5).

#include "broker/handlers/groups.h"

namespace klamm::broker {

namespace {

using Body = protocol::SyncGroupRequest;

constexpr int16_t kFirstVersionWithProtocol = 5;

protocol::SyncGroupResponse refuse(const Body&, ErrorCode code) {
  protocol::SyncGroupResponse response;
  response.error_code = protocol::wire_value(code);
  return response;
}

}  // namespace

void handle_sync_group(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const bool named = asked.body.protocol_type && asked.body.protocol_name;
  if (asked.reply.version() >= kFirstVersionWithProtocol && !named) {
    return asked.reply.send(refuse(asked.body, ErrorCode::kInconsistentGroupProtocol));
  }
  if (!is_allowed(uses, asked.request, security::AclOperation::kRead, asked.body.group_id)) {
    return asked.reply.send(refuse(asked.body, ErrorCode::kGroupAuthorizationFailed));
  }
  const std::string_view group = asked.body.group_id;
  in_turn_of_group(std::move(asked), uses.coordinator, group, refuse,
                   [](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                     turn.shard.classic().sync(asked.body, asked.context(), turn.now,
                                               answer_with(std::move(asked.reply)));
                   });
}

}  // namespace klamm::broker
