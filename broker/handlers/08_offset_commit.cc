// OffsetCommit, versions 2-10 (KIP-211: no retention of the client's from v5, KIP-320: leader epochs in v6,
// KIP-345: v7, KIP-848: v9, and topic ids in v10).

#include "broker/handlers/groups.h"

namespace klamm::broker {

void handle_offset_commit(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::OffsetCommitRequest;
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const std::string_view group = asked.body.group_id;
  uses.coordinator.with_commit(
      group, [asked = std::move(asked), &images = uses.images](Outcome<GroupCoordinator::Turn> turn) mutable {
        const int16_t version = asked.reply.version();
        auto answer = answer_with(std::move(asked.reply));
        if (!turn) {
          return group::refuse_commit(asked.body, version, *images.get(), turn.error(), std::move(answer));
        }
        turn->shard.offsets().commit(asked.body, version, *images.get(), turn->now, std::move(answer));
      });
}

}  // namespace klamm::broker
