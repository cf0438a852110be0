// OffsetCommit, versions 2-10 (KIP-98, KIP-211: no retention of the client's from v5, KIP-320: leader epochs,
// KIP-345, KIP-848: v9, KIP-516: topic ids in v10).

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

protocol::OffsetCommitResponse refuse(const protocol::OffsetCommitRequest& request, ErrorCode code) {
  protocol::OffsetCommitResponse response;
  for (const auto& topic : request.topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    answered.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      answered.partitions.push_back({partition.partition_index, protocol::wire_value(code)});
    }
  }
  return response;
}

}  // namespace

void handle_offset_commit(Request request, Reply reply, const GroupUses& uses) {
  using Body = protocol::OffsetCommitRequest;
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const std::string_view group = asked.body.group_id;
  uses.coordinator.with_commit(
      group, [asked = std::move(asked), &images = uses.images](Outcome<GroupCoordinator::Turn> turn) mutable {
        if (!turn) return asked.reply.send(refuse(asked.body, turn.error()));
        const int16_t version = asked.reply.version();
        turn->shard.offsets().commit(asked.body, version, *images.get(), turn->now,
                                     answer_with(std::move(asked.reply)));
      });
}

}  // namespace klamm::broker
