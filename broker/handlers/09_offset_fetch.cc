// OffsetFetch, versions 1-10 (KIP-88: all topics in v2, KIP-447: stable offsets in v7, KIP-709: several
// groups in v8, KIP-848: member and epoch in v9, and topic ids in v10).
//
// Differs from Apache Kafka: an answer that tells what is not replicated yet waits until it is, where Kafka
// tells what was committed before (and waits only for requests of stable offsets).

#include "base/check.h"
#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::OffsetFetchRequest;
using Group = Body::OffsetFetchRequestGroup;
using Answered = protocol::OffsetFetchResponse::OffsetFetchResponseGroup;

constexpr int16_t kFirstVersionWithGroups = 8;
constexpr int16_t kFirstVersionWithTopError = 2;

// Before there were several, the one group stood in the request itself.
Group group_of(const Body& body) {
  Group group;
  group.group_id = body.group_id;
  group.topics.reset();
  if (body.topics) {
    group.topics.emplace();
    for (const auto& topic : *body.topics) group.topics->push_back({topic.name, {}, topic.partition_indexes});
  }
  return group;
}

Answered refuse(const Group& group, ErrorCode code, int16_t version) {
  Answered answered;
  answered.group_id = group.group_id;
  if (version >= kFirstVersionWithTopError) {
    answered.error_code = protocol::wire_value(code);
    return answered;
  }
  for (const auto& topic : group.topics.value_or(std::vector<Body::OffsetFetchRequestTopics>{})) {
    auto& refused = answered.topics.emplace_back();
    refused.name = topic.name;
    for (int32_t partition : topic.partition_indexes) {
      refused.partitions.push_back({partition, -1, -1, "", protocol::wire_value(code)});
    }
  }
  return answered;
}

protocol::OffsetFetchResponse whole(const Answered& group) {
  protocol::OffsetFetchResponse response;
  response.error_code = group.error_code;
  for (const auto& topic : group.topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    for (const auto& partition : topic.partitions) {
      answered.partitions.push_back({partition.partition_index, partition.committed_offset,
                                     partition.committed_leader_epoch, partition.metadata,
                                     partition.error_code});
    }
  }
  return response;
}

// Who asks, and how.
struct Asking {
  const Request& request;
  bool require_stable;
  int16_t version;
};

void fetch_group(const Group& group, const Asking& asking, const GroupUses& uses, GroupCoordinator::Turn turn,
                 group::Answer<Answered> answer) {
  const auto image = uses.images.get();
  const Access access = access_of(uses.authorizer, *image, asking.request);
  turn.shard.offsets().fetch(group, asking.require_stable, asking.version, *image, access, std::move(answer));
}

void fetch_one(GroupRequest<Body> asked, const GroupUses& uses) {
  Group group = group_of(asked.body);
  const std::string_view id = group.group_id;
  if (!is_allowed(uses, asked.request, security::AclOperation::kDescribe, id)) {
    const Answered refused = refuse(group, ErrorCode::kGroupAuthorizationFailed, asked.reply.version());
    return asked.reply.send(whole(refused));
  }
  uses.coordinator.with_group(id, [uses, asked = std::move(asked),
                                   group = std::move(group)](Outcome<GroupCoordinator::Turn> turn) mutable {
    const int16_t version = asked.reply.version();
    if (!turn) return asked.reply.send(whole(refuse(group, turn.error(), version)));
    const Asking asking{asked.request, asked.body.require_stable, version};
    fetch_group(
        group, asking, uses, *turn,
        [reply = std::move(asked.reply)](const Answered& answered) mutable { reply.send(whole(answered)); });
  });
}

}  // namespace

void handle_offset_fetch(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  if (asked.reply.version() < kFirstVersionWithGroups) return fetch_one(std::move(asked), uses);
  const size_t count = asked.body.groups.size();
  if (count == 0) return asked.reply.send(protocol::OffsetFetchResponse{});
  using Parts = GroupParts<Body, protocol::OffsetFetchResponse, Answered>;
  auto parts = std::make_shared<Parts>(std::move(asked), &protocol::OffsetFetchResponse::groups, count);
  for (size_t i = 0; i < count; ++i) {
    const Group& group = parts->body().groups[i];
    if (!is_allowed(uses, parts->request(), security::AclOperation::kDescribe, group.group_id)) {
      parts->bring(i, refuse(group, ErrorCode::kGroupAuthorizationFailed, parts->version()));
      continue;
    }
    uses.coordinator.with_group(
        group.group_id, [uses, parts, i, &group](Outcome<GroupCoordinator::Turn> turn) {
          const int16_t version = parts->version();
          if (!turn) return parts->bring(i, refuse(group, turn.error(), version));
          const Asking asking{parts->request(), parts->body().require_stable, version};
          fetch_group(group, asking, uses, *turn,
                      [parts, i](const Answered& answered) { parts->bring(i, answered); });
        });
  }
}

}  // namespace klamm::broker
