// JoinGroup, versions 0-9 (KIP-62: rebalance timeout in v1, KIP-345: static members in v5, KIP-394: a member
// id is asked for from v4, KIP-559: protocol type in v7, KIP-800: reasons in v8, KIP-814: assignments that
// are kept in v9).

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

constexpr int16_t kFirstVersionWithNullNames = 7;

}  // namespace

void handle_join_group(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::JoinGroupRequest;
  auto refuse = [version = reply.version()](const Body&, ErrorCode code) {
    protocol::JoinGroupResponse response;
    response.error_code = protocol::wire_value(code);
    if (version >= kFirstVersionWithNullNames) response.protocol_name.reset();
    return response;
  };
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  if (!is_allowed(uses, asked.request, security::AclOperation::kRead, asked.body.group_id)) {
    return asked.reply.send(refuse(asked.body, ErrorCode::kGroupAuthorizationFailed));
  }
  if (const ErrorCode code = group::check_join(asked.body, uses.config); code != ErrorCode::kNone) {
    protocol::JoinGroupResponse response = refuse(asked.body, code);
    response.member_id = asked.body.member_id;
    return asked.reply.send(response);
  }
  const std::string_view group = asked.body.group_id;
  in_turn_of_group(std::move(asked), uses.coordinator, group, refuse,
                   [](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                     // As Java writes an address without a name.
                     const std::string host = "/" + asked.request.client->host;
                     group::RequestContext context = asked.context();
                     context.client_host = host;
                     turn.shard.classic().join(asked.body, context, turn.now,
                                               answer_with(std::move(asked.reply)));
                   });
}

}  // namespace klamm::broker
