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
  // The answer views the body, which stays with it.
  auto asked = std::make_shared<GroupRequest<Body>>(std::move(request), Body{}, std::move(reply));
  if (!read_body(asked->request, asked->body)) return asked->reply.close();
  uses.coordinator.with_commit(
      asked->body.group_id, [asked, &images = uses.images](Outcome<GroupCoordinator::Turn> turn) {
        if (!turn) return asked->reply.send(refuse(asked->body, turn.error()));
        auto image = images.get();
        turn->shard.offsets().commit(
            asked->body, asked->reply.version(), *image, turn->now,
            [asked](const protocol::OffsetCommitResponse& response) { asked->reply.send(response); });
      });
}

}  // namespace klamm::broker
