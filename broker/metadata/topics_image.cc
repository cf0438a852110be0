#include "broker/metadata/topics_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/messages/clear_elr_record.h"
#include "protocol/messages/partition_change_record.h"
#include "protocol/messages/partition_record.h"
#include "protocol/messages/remove_topic_record.h"
#include "protocol/messages/topic_record.h"

namespace klamm::broker {
namespace {

constexpr int32_t kLeaderUnchanged = -2;
constexpr int8_t kRecoveryStateUnchanged = -1;

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::ranges::find(nodes, id) != nodes.end();
}

std::optional<LeaderRecoveryState> recovery_state(int8_t number) {
  if (number != 0 && number != 1) return std::nullopt;
  return static_cast<LeaderRecoveryState>(number);
}

// Replicas of partitions from before MV 17 have no directories: they count as kMigratingDirectory, and so do
// those that join them.
std::vector<Uuid> directories_or_default(const std::vector<Uuid>& directories, size_t replicas) {
  const bool are_said =
      std::ranges::any_of(directories, [](const Uuid& id) { return id != kMigratingDirectory; });
  return are_said ? directories : std::vector<Uuid>(replicas, kMigratingDirectory);
}

Error<Failure> contradiction(std::string what) { return Error{Failure{std::move(what)}}; }

}  // namespace

bool PartitionImage::has_replica(NodeId id) const { return contains(replicas, id); }
bool PartitionImage::in_isr(NodeId id) const { return contains(isr, id); }
bool PartitionImage::adds(NodeId id) const { return contains(adding_replicas, id); }

Uuid PartitionImage::directory_of(NodeId id) const {
  const auto at = std::ranges::find(replicas, id);
  return at == replicas.end() ? kUnassignedDirectory : directories[at - replicas.begin()];
}

std::vector<int32_t> numbers_of(const std::vector<NodeId>& nodes) {
  std::vector<int32_t> numbers(nodes.size());
  std::ranges::transform(nodes, numbers.begin(), &NodeId::value);
  return numbers;
}

std::vector<NodeId> nodes_of(const std::vector<int32_t>& numbers) {
  std::vector<NodeId> nodes(numbers.size());
  std::ranges::transform(numbers, nodes.begin(), [](int32_t number) { return NodeId{number}; });
  return nodes;
}

const TopicImage* TopicsImage::find(const Uuid& id) const { return by_id_.find(id); }

const TopicImage* TopicsImage::find(std::string_view name) const {
  const Uuid* id = by_name_.find(name);
  return id ? by_id_.find(*id) : nullptr;
}

const PartitionImage* TopicsImage::find(std::string_view topic, int32_t partition) const {
  const TopicImage* found = find(topic);
  return found ? found->partition(partition) : nullptr;
}

const PartitionImage* TopicsImage::find(const Uuid& topic, int32_t partition) const {
  const TopicImage* found = find(topic);
  return found ? found->partition(partition) : nullptr;
}

Result<void, Failure> TopicsImage::apply(const protocol::TopicRecord& record) {
  if (by_name_.contains(record.name) || by_id_.contains(record.topic_id)) {
    return contradiction(fmt::format("topic '{}' is created with id {}, but the name or the id is taken",
                                     record.name, record.topic_id.to_string()));
  }
  by_id_.set(record.topic_id, TopicImage{std::string(record.name), record.topic_id, {}});
  by_name_.set(std::string(record.name), record.topic_id);
  return {};
}

Result<void, Failure> TopicsImage::apply(const protocol::PartitionRecord& record) {
  const TopicImage* topic = by_id_.find(record.topic_id);
  const auto recovery = recovery_state(record.leader_recovery_state);
  if (!topic || !recovery ||
      (!record.directories.empty() && record.directories.size() != record.replicas.size())) {
    return contradiction(fmt::format("partition {}:{} {}", record.topic_id.to_string(), record.partition_id,
                                     !topic      ? "is created in a topic that does not exist"
                                     : !recovery ? "has an unknown leader recovery state"
                                                 : "has not one directory for each replica"));
  }
  PartitionImage partition;
  partition.replicas = nodes_of(record.replicas);
  partition.directories = directories_or_default(record.directories, record.replicas.size());
  partition.isr = nodes_of(record.isr);
  partition.removing_replicas = nodes_of(record.removing_replicas);
  partition.adding_replicas = nodes_of(record.adding_replicas);
  if (record.eligible_leader_replicas) partition.elr = nodes_of(*record.eligible_leader_replicas);
  if (record.last_known_elr) partition.last_known_elr = nodes_of(*record.last_known_elr);
  partition.leader = NodeId{record.leader};
  partition.leader_recovery_state = *recovery;
  partition.leader_epoch = Epoch{record.leader_epoch};
  partition.partition_epoch = Epoch{record.partition_epoch};

  TopicImage with_partition = *topic;
  if (const PartitionImage* before = topic->partition(record.partition_id)) {
    loads_.remove(before->replicas);
  } else {
    ++partition_count_;
  }
  loads_.add(partition.replicas);
  with_partition.partitions.set(record.partition_id, std::move(partition));
  by_id_.set(record.topic_id, std::move(with_partition));
  return {};
}

Result<PartitionImage, Failure> changed(const PartitionImage& partition,
                                        const protocol::PartitionChangeRecord& record) {
  PartitionImage next = partition;
  if (record.replicas) next.replicas = nodes_of(*record.replicas);
  if (record.directories) next.directories = *record.directories;
  next.directories = directories_or_default(next.directories, next.replicas.size());
  if (next.directories.size() != next.replicas.size()) {
    return contradiction("the change leaves not one directory for each replica");
  }
  if (record.isr) next.isr = nodes_of(*record.isr);
  if (record.removing_replicas) next.removing_replicas = nodes_of(*record.removing_replicas);
  if (record.adding_replicas) next.adding_replicas = nodes_of(*record.adding_replicas);
  if (record.eligible_leader_replicas) next.elr = nodes_of(*record.eligible_leader_replicas);
  if (record.last_known_elr) next.last_known_elr = nodes_of(*record.last_known_elr);
  if (record.leader != kLeaderUnchanged) {
    next.leader = NodeId{record.leader};
    next.leader_epoch = partition.leader_epoch.next();
  }
  if (record.leader_recovery_state != kRecoveryStateUnchanged) {
    const auto recovery = recovery_state(record.leader_recovery_state);
    if (!recovery) return contradiction("the change names an unknown leader recovery state");
    next.leader_recovery_state = *recovery;
  }
  next.partition_epoch = partition.partition_epoch.next();
  return next;
}

Result<void, Failure> TopicsImage::apply(const protocol::PartitionChangeRecord& record) {
  const TopicImage* topic = by_id_.find(record.topic_id);
  const PartitionImage* partition = topic ? topic->partition(record.partition_id) : nullptr;
  if (!partition) {
    return contradiction(fmt::format("partition {}:{}, which does not exist, is changed",
                                     record.topic_id.to_string(), record.partition_id));
  }
  auto next = changed(*partition, record);
  if (!next) {
    return contradiction(
        fmt::format("partition {}-{}: {}", topic->name, record.partition_id, next.error().message));
  }
  if (next->replicas != partition->replicas) {
    loads_.remove(partition->replicas);
    loads_.add(next->replicas);
  }
  TopicImage with_change = *topic;
  with_change.partitions.set(record.partition_id, std::move(next).value());
  by_id_.set(record.topic_id, std::move(with_change));
  return {};
}

Result<void, Failure> TopicsImage::apply(const protocol::RemoveTopicRecord& record) {
  const TopicImage* topic = by_id_.find(record.topic_id);
  if (!topic) {
    return contradiction(
        fmt::format("topic {}, which does not exist, is removed", record.topic_id.to_string()));
  }
  CHECK(partition_count_ >= topic->partitions.size());
  partition_count_ -= topic->partitions.size();
  for (const auto& [index, partition] : topic->partitions) loads_.remove(partition.replicas);
  CHECK(by_name_.erase(topic->name));
  by_id_.erase(record.topic_id);
  return {};
}

Result<void, Failure> TopicsImage::apply(const protocol::ClearElrRecord& record) {
  if (!record.topic_name.empty()) {
    const TopicImage* topic = find(record.topic_name);
    if (!topic) {
      return contradiction(fmt::format(
          "the eligible leaders of topic '{}', which does not exist, are cleared", record.topic_name));
    }
    clear_elr(*topic);
    return {};
  }
  const auto all = by_id_;
  for (const auto& [id, topic] : all) clear_elr(topic);
  return {};
}

void TopicsImage::clear_elr(const TopicImage& topic) {
  TopicImage cleared = topic;
  for (const auto& [index, partition] : topic.partitions) {
    if (partition.elr.empty() && partition.last_known_elr.empty()) continue;
    PartitionImage next = partition;
    next.elr.clear();
    next.last_known_elr.clear();
    next.partition_epoch = partition.partition_epoch.next();
    cleared.partitions.set(index, std::move(next));
  }
  if (!cleared.partitions.same_as(topic.partitions)) by_id_.set(cleared.id, std::move(cleared));
}

}  // namespace klamm::broker
