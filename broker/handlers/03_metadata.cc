// Metadata, versions 0-13: the brokers, and the topics that are asked for, as this node's image has them.
// KIP-4 (v4: auto-creation), KIP-320 (v7), KIP-516 (v10, v12: topic ids), KIP-700 (v11), KIP-1102 (v13).

#include "broker/handlers/cluster.h"

#include <set>
#include <string_view>
#include <utility>

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

constexpr int16_t kVersionOfAllByEmpty = 0;

std::vector<int32_t> offline_replicas(const ClusterImage& image, const PartitionImage& partition) {
  std::vector<int32_t> offline;
  for (NodeId id : partition.replicas) {
    const BrokerImage* broker = image.brokers().find(id);
    bool serves =
        broker != nullptr && !broker->fenced && broker->has_online_directory(partition.directory_of(id));
    if (!serves) offline.push_back(id.value);
  }
  return offline;
}

MetadataResponse::MetadataResponsePartition describe(const ClusterUses& uses, int32_t index,
                                                     const PartitionImage& partition) {
  MetadataResponse::MetadataResponsePartition described;
  described.partition_index = index;
  ClusterImage::Leader leader = uses.image.leader_of(partition, uses.client.listener);
  described.leader_id = leader.id.value;
  described.leader_epoch = partition.leader_epoch.value;
  described.replica_nodes = numbers_of(partition.replicas);
  described.isr_nodes = numbers_of(partition.isr);
  described.offline_replicas = offline_replicas(uses.image, partition);
  if (leader.id == kNoNode) {
    bool other_listener = uses.image.brokers().is_live(partition.leader);
    described.error_code =
        protocol::wire_value(other_listener ? ErrorCode::kListenerNotFound : ErrorCode::kLeaderNotAvailable);
  }
  return described;
}

void add_topic(const ClusterUses& uses, const TopicImage& topic, bool operations,
               MetadataResponse& response) {
  auto& described = response.topics.emplace_back();
  described.name = topic.name;
  described.topic_id = topic.id;
  described.is_internal = is_internal_topic(topic.name);
  for (const auto& [index, partition] : topic.partitions)
    described.partitions.push_back(describe(uses, index, partition));
  if (operations) described.topic_authorized_operations = all_topic_operations();
}

void add_asked(const ClusterUses& uses, const MetadataRequest::MetadataRequestTopic& asked, bool operations,
               MetadataResponse& response) {
  const TopicImage* topic = asked.name && asked.topic_id.is_zero() ? uses.image.topics().find(*asked.name)
                                                                   : uses.image.topics().find(asked.topic_id);
  if (topic != nullptr) return add_topic(uses, *topic, operations, response);
  auto& unknown = response.topics.emplace_back();
  unknown.name = asked.name;
  unknown.topic_id = asked.topic_id;
  bool by_id = !asked.topic_id.is_zero();
  if (by_id) unknown.name.reset();
  unknown.error_code =
      protocol::wire_value(by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition);
  if (asked.name) unknown.is_internal = is_internal_topic(*asked.name);
}

}  // namespace

MetadataResponse metadata(const MetadataRequest& request, int16_t version, const ClusterUses& uses) {
  MetadataResponse response;
  response.cluster_id = uses.cluster_id;
  response.controller_id = uses.controller.value;
  for (const LiveBroker& live : uses.image.brokers().live_brokers(uses.client.listener)) {
    auto& broker = response.brokers.emplace_back();
    broker.node_id = live.broker->id.value;
    broker.host = live.endpoint->host;
    broker.port = live.endpoint->port;
    if (live.broker->rack) broker.rack = *live.broker->rack;
  }
  bool operations = request.include_topic_authorized_operations;
  bool all = !request.topics || (version == kVersionOfAllByEmpty && request.topics->empty());
  if (all) {
    for (const auto& [name, id] : uses.image.topics().by_name()) {
      add_topic(uses, *uses.image.topics().find(id), operations, response);
    }
  } else {
    // Asked for twice, answered once, as Kafka does.
    std::set<std::pair<Uuid, std::string_view>> named;
    for (const auto& asked : *request.topics) {
      bool fresh = named.emplace(asked.topic_id, asked.name.value_or("")).second;
      if (fresh) add_asked(uses, asked, operations, response);
    }
  }
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = all_cluster_operations();
  return response;
}

// Bits are Kafka's numbers of operations: READ 3, WRITE 4, CREATE 5, DELETE 6, ALTER 7, DESCRIBE 8,
// CLUSTER_ACTION 9, DESCRIBE_CONFIGS 10, ALTER_CONFIGS 11, IDEMPOTENT_WRITE 12.
int32_t all_cluster_operations() { return 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12; }
int32_t all_topic_operations() {
  return 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11;
}

}  // namespace klamm::broker
