// DescribeTopicPartitions, version 0 (KIP-966): topics in the order of their names, a limited number of
// partitions at a time, with a cursor to go on from.

#include <algorithm>
#include <set>

#include "broker/handlers/cluster.h"

namespace klamm::broker {
namespace {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using protocol::ErrorCode;

DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition describe(
    const ClusterUses& uses, int32_t index, const PartitionImage& partition) {
  DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition described;
  described.partition_index = index;
  ClusterImage::Leader leader = uses.image.leader_of(partition, uses.client.listener);
  described.leader_id = leader.id.value;
  described.leader_epoch = partition.leader_epoch.value;
  described.replica_nodes = numbers_of(partition.replicas);
  described.isr_nodes = numbers_of(partition.isr);
  described.eligible_leader_replicas = numbers_of(partition.elr);
  described.last_known_elr = numbers_of(partition.last_known_elr);
  for (NodeId id : partition.replicas) {
    if (!uses.image.brokers().is_live(id)) described.offline_replicas.push_back(id.value);
  }
  if (leader.id == kNoNode) described.error_code = protocol::wire_value(ErrorCode::kLeaderNotAvailable);
  return described;
}

}  // namespace

DescribeTopicPartitionsResponse describe_topic_partitions(const DescribeTopicPartitionsRequest& request,
                                                          const ClusterUses& uses, int32_t partitions_max) {
  std::set<std::string_view> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  if (request.topics.empty()) {
    for (const auto& [name, id] : uses.image.topics().by_name()) names.insert(name);
  }
  std::string_view first_name = request.cursor ? request.cursor->topic_name : std::string_view();
  int32_t left = std::clamp(request.response_partition_limit, 1, partitions_max);
  DescribeTopicPartitionsResponse response;
  for (std::string_view name : names) {
    if (name < first_name) continue;
    const TopicImage* topic = uses.image.topics().find(name);
    // A topic that the cursor names and that is gone meanwhile is passed over, as when all topics are listed.
    if (topic == nullptr && (request.topics.empty() || name == first_name)) continue;
    if (left == 0) {
      response.next_cursor = {.topic_name = name, .partition_index = 0};
      break;
    }
    auto& described = response.topics.emplace_back();
    described.name = name;
    described.is_internal = is_internal_topic(name);
    described.topic_authorized_operations = all_topic_operations();
    if (topic == nullptr) {
      described.error_code = protocol::wire_value(ErrorCode::kUnknownTopicOrPartition);
      continue;
    }
    described.topic_id = topic->id;
    int32_t first = request.cursor && name == first_name ? std::max(request.cursor->partition_index, 0) : 0;
    for (const auto& [index, partition] : topic->partitions) {
      if (index < first) continue;
      if (left == 0) {
        response.next_cursor = {.topic_name = name, .partition_index = index};
        return response;
      }
      described.partitions.push_back(describe(uses, index, partition));
      --left;
    }
  }
  return response;
}

}  // namespace klamm::broker
