// OffsetCommit, versions 2-10 (KIP-211: no retention of the client's from v5, KIP-320: leader epochs in v6,
// KIP-345: v7, KIP-848: v9, and topic ids in v10).

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::OffsetCommitRequest;

// Of a group that may not be read: every partition as the request names it, whether or not it is there.
protocol::OffsetCommitResponse refuse_all(const Body& body, ErrorCode code) {
  protocol::OffsetCommitResponse response;
  for (const auto& topic : body.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = topic.name;
    refused.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      refused.partitions.push_back({partition.partition_index, protocol::wire_value(code)});
    }
  }
  return response;
}

}  // namespace

void handle_offset_commit(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const std::string_view group = asked.body.group_id;
  if (!is_allowed(uses, asked.request, security::AclOperation::kRead, group)) {
    return asked.reply.send(refuse_all(asked.body, ErrorCode::kGroupAuthorizationFailed));
  }
  uses.coordinator.with_commit(
      group, [asked = std::move(asked), uses](Outcome<GroupCoordinator::Turn> turn) mutable {
        const int16_t version = asked.reply.version();
        const auto image = uses.images.get();
        const Access access = access_of(uses.authorizer, *image, asked.request);
        auto answer = answer_with(std::move(asked.reply));
        if (!turn) {
          return group::refuse_commit(asked.body, version, *image, access, turn.error(), std::move(answer));
        }
        turn->shard.offsets().commit(asked.body, version, *image, access, turn->now, std::move(answer));
      });
}

}  // namespace klamm::broker
