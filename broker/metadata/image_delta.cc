#include "broker/metadata/image_delta.h"

namespace klamm::broker {
namespace {

void add_partitions(ImageDelta& delta, const TopicImage* before, const TopicImage* after) {
  static const SharedMap<int32_t, PartitionImage> kNone;
  SharedMap<int32_t, PartitionImage>::diff(
      before ? before->partitions : kNone, after ? after->partitions : kNone, [&](const auto& change) {
        PartitionDelta partition;
        partition.before = change.before ? &change.before->second : nullptr;
        partition.after = change.after ? &change.after->second : nullptr;
        partition.topic = after ? after : before;
        partition.index = change.key();
        delta.partitions.push_back(partition);
      });
}

void add_topics(ImageDelta& delta, const TopicsImage& before, const TopicsImage& after) {
  SharedMap<Uuid, TopicImage>::diff(before.by_id(), after.by_id(), [&](const auto& change) {
    const TopicImage* old_topic = change.before ? &change.before->second : nullptr;
    const TopicImage* new_topic = change.after ? &change.after->second : nullptr;
    if (!old_topic) delta.added_topics.push_back(new_topic);
    if (!new_topic) delta.removed_topics.push_back(old_topic);
    add_partitions(delta, old_topic, new_topic);
  });
}

template <class Map, class Image>
void add_changes(std::vector<Changed<Image>>& changes, const Map& before, const Map& after) {
  Map::diff(before, after, [&](const auto& change) {
    changes.push_back(
        {change.before ? &change.before->second : nullptr, change.after ? &change.after->second : nullptr});
  });
}

void add_configs(ImageDelta& delta, const ConfigsImage& before, const ConfigsImage& after) {
  SharedMap<ConfigResource, ConfigOverrides>::diff(
      before.resources(), after.resources(), [&](const auto& change) {
        ConfigDelta config;
        config.before = change.before ? &change.before->second : nullptr;
        config.after = change.after ? &change.after->second : nullptr;
        config.resource = change.before ? &change.before->first : &change.after->first;
        delta.configs.push_back(config);
      });
}

}  // namespace

bool ImageDelta::empty() const {
  return removed_topics.empty() && added_topics.empty() && partitions.empty() && configs.empty() &&
         brokers.empty() && controllers.empty() && !features && !client_quotas && !producer_ids && !acls &&
         !scram && !delegation_tokens;
}

ImageDelta difference(const ClusterImage& before, const ClusterImage& after) {
  ImageDelta delta;
  add_topics(delta, before.topics(), after.topics());
  add_configs(delta, before.configs(), after.configs());
  add_changes(delta.brokers, before.brokers().brokers(), after.brokers().brokers());
  add_changes(delta.controllers, before.brokers().controllers(), after.brokers().controllers());
  delta.features = !(before.features() == after.features());
  delta.producer_ids = before.next_producer_id() != after.next_producer_id();
  delta.client_quotas = !before.client_quotas().entities().same_as(after.client_quotas().entities());
  delta.acls = !before.acls().by_id().same_as(after.acls().by_id());
  delta.scram = !before.scram().credentials().same_as(after.scram().credentials());
  delta.delegation_tokens = !before.delegation_tokens().tokens().same_as(after.delegation_tokens().tokens());
  return delta;
}

ReplicaChange replica_change(const PartitionDelta& delta, NodeId broker) {
  const bool was_replica = delta.before && delta.before->has_replica(broker);
  if (!delta.after || !delta.after->has_replica(broker)) {
    return was_replica ? ReplicaChange::kRemoved : ReplicaChange::kNone;
  }
  if (delta.before && delta.before->partition_epoch == delta.after->partition_epoch)
    return ReplicaChange::kNone;
  if (delta.after->leader != broker) return ReplicaChange::kFollows;
  const bool new_epoch = !delta.before || delta.before->leader_epoch != delta.after->leader_epoch;
  return new_epoch ? ReplicaChange::kBecomesLeader : ReplicaChange::kLeads;
}

}  // namespace klamm::broker
