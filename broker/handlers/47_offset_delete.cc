// OffsetDelete, version 0 (KIP-496).

#include <algorithm>

#include "broker/handlers/groups.h"

namespace klamm::broker {
namespace {

using Body = protocol::OffsetDeleteRequest;
using Deletions = protocol::OffsetDeleteResponse;

bool exists(const ClusterImage& image, std::string_view topic, int32_t partition) {
  const TopicImage* known = image.topics().find(topic);
  return known != nullptr && known->partition(partition) != nullptr;
}

// The shard's answer, and UNKNOWN_TOPIC_OR_PARTITION for what there is not.
Deletions with_unknown(Deletions response, const Body& body, const ClusterImage& image) {
  if (response.error_code != 0) return response;
  for (const auto& topic : body.topics) {
    auto same = [&](const auto& answered) { return answered.name == topic.name; };
    auto found = std::find_if(response.topics.begin(), response.topics.end(), same);
    for (const auto& partition : topic.partitions) {
      if (exists(image, topic.name, partition.partition_index)) continue;
      if (found == response.topics.end()) {
        found = response.topics.emplace(found);
        found->name = topic.name;
      }
      found->partitions.push_back(
          {partition.partition_index, protocol::wire_value(ErrorCode::kUnknownTopicOrPartition)});
    }
  }
  return response;
}

Body without_unknown(const Body& body, const ClusterImage& image) {
  Body known{body.group_id, {}};
  for (const auto& topic : body.topics) {
    auto partitions = topic.partitions;
    std::erase_if(partitions,
                  [&](const auto& each) { return !exists(image, topic.name, each.partition_index); });
    if (!partitions.empty()) known.topics.push_back({topic.name, std::move(partitions)});
  }
  return known;
}

}  // namespace

void handle_offset_delete(Request request, Reply reply, const GroupUses& uses) {
  auto refuse = [](const Body&, ErrorCode code) {
    Deletions response;
    response.error_code = protocol::wire_value(code);
    return response;
  };
  in_turn_of_group<Body>(std::move(request), std::move(reply), uses.coordinator, refuse,
                         [&images = uses.images](GroupCoordinator::Turn turn, GroupRequest<Body> asked) {
                           auto kept = std::make_shared<GroupRequest<Body>>(std::move(asked));
                           auto image = images.get();
                           turn.shard.offsets().remove(
                               without_unknown(kept->body, *image), turn.now,
                               [kept, image](const Deletions& response) {
                                 kept->reply.send(with_unknown(response, kept->body, *image));
                               });
                         });
}

}  // namespace klamm::broker
