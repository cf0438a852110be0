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
  in_turn_of_group<Body>(
      std::move(request), std::move(reply), uses.coordinator, refuse,
      [&images = uses.images](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
        const int16_t version = asked.reply.version();
        auto image = images.get();
        // What is committed is read in this step; the answer views the body, which stays with it.
        auto kept = std::make_shared<GroupRequest<Body>>(std::move(asked));
        turn.shard.offsets().commit(
            kept->body, version, *image, turn.now,
            [kept](const protocol::OffsetCommitResponse& response) { kept->reply.send(response); });
      });
}

}  // namespace klamm::broker
