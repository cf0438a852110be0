// OffsetFetch, versions 1-10 (KIP-88: all topics in v2, KIP-447: stable offsets in v7, KIP-709: several
// groups in v8, KIP-848: member and epoch in v9, KIP-516: topic ids in v10).
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
std::vector<Group> groups_of(const Body& body, int16_t version) {
  if (version >= kFirstVersionWithGroups) return body.groups;
  Group group;
  group.group_id = body.group_id;
  group.topics.reset();
  if (body.topics) {
    group.topics.emplace();
    for (const auto& topic : *body.topics) group.topics->push_back({topic.name, {}, topic.partition_indexes});
  }
  return {std::move(group)};
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

// One request, its groups, and an answer for each.
struct Fetch {
  Fetch(GroupRequest<Body> asked_, std::vector<Group> groups_)
      : groups(std::move(groups_)), parts(std::move(asked_), groups.size()) {}

  const std::vector<Group> groups;
  GroupParts<Body, Answered> parts;

  void answer(size_t index, const Answered& answered) {
    parts.bring(index, answered, [](const Body&, const std::vector<Answered>& all) {
      protocol::OffsetFetchResponse response;
      response.groups = all;
      return response;
    });
  }
};

void fetch_group(const Group& group, bool require_stable, int16_t version, const GroupUses& uses,
                 GroupCoordinator::Turn turn, group::Answer<Answered> answer) {
  auto image = uses.images.get();
  turn.shard.offsets().fetch(group, require_stable, version, *image, std::move(answer));
}

void fetch_one(std::shared_ptr<GroupRequest<Body>> asked, const GroupUses& uses) {
  const int16_t version = asked->reply.version();
  auto group = std::make_shared<const Group>(std::move(groups_of(asked->body, version).front()));
  uses.coordinator.with_group(
      group->group_id, [uses, asked, group, version](Outcome<GroupCoordinator::Turn> turn) {
        if (!turn) return asked->reply.send(whole(refuse(*group, turn.error(), version)));
        fetch_group(*group, asked->body.require_stable, version, uses, *turn,
                    [asked, group](const Answered& answered) { asked->reply.send(whole(answered)); });
      });
}

}  // namespace

void handle_offset_fetch(Request request, Reply reply, const GroupUses& uses) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const int16_t version = asked.reply.version();
  if (version < kFirstVersionWithGroups) {
    return fetch_one(std::make_shared<GroupRequest<Body>>(std::move(asked)), uses);
  }
  if (asked.body.groups.empty()) return asked.reply.send(protocol::OffsetFetchResponse{});
  const bool require_stable = asked.body.require_stable;
  std::vector<Group> groups = groups_of(asked.body, version);
  auto fetch = std::make_shared<Fetch>(std::move(asked), std::move(groups));
  for (size_t i = 0; i < fetch->groups.size(); ++i) {
    uses.coordinator.with_group(fetch->groups[i].group_id, [uses, fetch, i, require_stable,
                                                            version](Outcome<GroupCoordinator::Turn> turn) {
      if (!turn) return fetch->answer(i, refuse(fetch->groups[i], turn.error(), version));
      fetch_group(fetch->groups[i], require_stable, version, uses, *turn,
                  [fetch, i](const Answered& answered) { fetch->answer(i, answered); });
    });
  }
}

}  // namespace klamm::broker
