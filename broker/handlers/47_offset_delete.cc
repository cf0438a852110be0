// OffsetDelete, version 0 (KIP-496).

#include "broker/handlers/groups.h"

namespace klamm::broker {

void handle_offset_delete(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::OffsetDeleteRequest;
  auto refuse = [](const Body&, ErrorCode code) {
    protocol::OffsetDeleteResponse response;
    response.error_code = protocol::wire_value(code);
    return response;
  };
  in_turn_of_group<Body>(std::move(request), std::move(reply), uses, security::AclOperation::kDelete, refuse,
                         [uses](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                           const auto image = uses.images.get();
                           const Access access = access_of(uses.authorizer, *image, asked.request);
                           turn.shard.offsets().remove(asked.body, *image, access,
                                                       answer_with(std::move(asked.reply)));
                         });
}

}  // namespace klamm::broker
