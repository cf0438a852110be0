// Metadata, versions 0-13: the brokers, and the topics that are asked for, as this node's image has them.
// KIP-4 (v4: auto-creation), KIP-320 (v7), KIP-516 (v10, v12: topic ids), KIP-700 (v11), KIP-1102 (v13).
//
// Differs from Apache Kafka: a request of version 12 or 13 with neither name nor id is refused with
// INVALID_REQUEST, as in the versions before, where Kafka trips over it with UNKNOWN_SERVER_ERROR; and where
// all brokers are fenced, this one is told of beside the topics.

#include "broker/handlers/cluster.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "broker/config/topic_names.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;
using security::AclOperation;
using security::ResourceType;

constexpr int16_t kVersionOfAllByEmpty = 0;
// In version 0 replicas that cannot be reached are left out and make an error.
constexpr int16_t kVersionOfReachable = 0;
constexpr int16_t kFirstVersionWithListenerNotFound = 6;
constexpr int16_t kFirstVersionById = 12;

const EndpointImage* endpoint_of(const ClusterUses& uses, NodeId id) {
  const BrokerImage* broker = uses.image.brokers().find(id);
  return broker == nullptr ? nullptr : broker->endpoint(uses.client.listener);
}

ErrorCode leader_error(const ClusterUses& uses, const PartitionImage& partition, int16_t version) {
  if (leader_endpoint(uses, partition) != nullptr) return ErrorCode::kNone;
  bool other_listener = uses.image.brokers().find(partition.leader) != nullptr;
  return other_listener && version >= kFirstVersionWithListenerNotFound ? ErrorCode::kListenerNotFound
                                                                        : ErrorCode::kLeaderNotAvailable;
}

std::vector<int32_t> reachable(const ClusterUses& uses, const std::vector<NodeId>& nodes) {
  std::vector<int32_t> numbers;
  for (NodeId id : nodes) {
    if (uses.image.brokers().live_endpoint(id, uses.client.listener) != nullptr) numbers.push_back(id.value);
  }
  return numbers;
}

MetadataResponse::MetadataResponsePartition describe(const ClusterUses& uses, int16_t version, int32_t index,
                                                     const PartitionImage& partition) {
  MetadataResponse::MetadataResponsePartition described;
  described.partition_index = index;
  described.leader_epoch = partition.leader_epoch.value;
  ErrorCode code = leader_error(uses, partition, version);
  described.leader_id = (code == ErrorCode::kNone ? partition.leader : kNoNode).value;
  if (version == kVersionOfReachable) {
    described.replica_nodes = reachable(uses, partition.replicas);
    described.isr_nodes = reachable(uses, partition.isr);
    bool all = described.replica_nodes.size() == partition.replicas.size() &&
               described.isr_nodes.size() == partition.isr.size();
    if (code == ErrorCode::kNone && !all) code = ErrorCode::kReplicaNotAvailable;
  } else {
    described.replica_nodes = numbers_of(partition.replicas);
    described.isr_nodes = numbers_of(partition.isr);
  }
  described.offline_replicas = offline_replicas(uses, partition);
  described.error_code = protocol::wire_value(code);
  return described;
}

bool may_describe(const Access& access, std::string_view topic, IfDenied if_denied = IfDenied::kLogged) {
  return access.allows(AclOperation::kDescribe, ResourceType::kTopic, topic, if_denied);
}

bool may_create(const Access& access, std::string_view topic, IfDenied if_denied = IfDenied::kLogged) {
  return access.allows_cluster(AclOperation::kCreate, IfDenied::kUnsaid) ||
         access.allows(AclOperation::kCreate, ResourceType::kTopic, topic, if_denied);
}

// What is the same for all topics of one request.
struct Asking {
  const ClusterUses& uses;
  int16_t version;
  bool operations;  // what may be done with a topic is told too
  bool creates;     // topics that are not there are created
};

void add_topic(const Asking& asking, const TopicImage& topic, MetadataResponse& response) {
  auto& described = response.topics.emplace_back();
  described.name = topic.name;
  described.topic_id = topic.id;
  described.is_internal = is_internal_topic(topic.name);
  for (const auto& [index, partition] : topic.partitions)
    described.partitions.push_back(describe(asking.uses, asking.version, index, partition));
  if (asking.operations) {
    described.topic_authorized_operations = asking.uses.access.operations(ResourceType::kTopic, topic.name);
  }
}

// That there is a topic of some id is no secret; its name is.
void add_by_id(const Asking& asking, const Uuid& id, MetadataResponse& response) {
  const TopicImage* topic = asking.uses.image.topics().find(id);
  const bool is_known = topic != nullptr;
  if (is_known && may_describe(asking.uses.access, topic->name)) return add_topic(asking, *topic, response);
  auto& refused = response.topics.emplace_back();
  refused.name.reset();
  refused.topic_id = id;
  refused.error_code =
      protocol::wire_value(is_known ? ErrorCode::kTopicAuthorizationFailed : ErrorCode::kUnknownTopicId);
}

void add_by_name(const Asking& asking, std::string_view name, MetadataResponse& response) {
  const Access& access = asking.uses.access;
  const bool is_visible = may_describe(access, name);
  // Who may not describe a topic is told the same whether or not it is there.
  const TopicImage* topic = is_visible ? asking.uses.image.topics().find(name) : nullptr;
  if (topic != nullptr) return add_topic(asking, *topic, response);
  auto& refused = response.topics.emplace_back();
  refused.name = name;
  refused.is_internal = is_visible && is_internal_topic(name);
  if (!is_visible || (asking.creates && !may_create(access, name))) {
    refused.error_code = protocol::wire_value(ErrorCode::kTopicAuthorizationFailed);
    return;
  }
  refused.error_code = protocol::wire_value(check_topic_name(name) ? ErrorCode::kInvalidTopicException
                                                                   : ErrorCode::kUnknownTopicOrPartition);
  if (asking.operations) refused.topic_authorized_operations = access.operations(ResourceType::kTopic, name);
}

// Those that the client may not describe are passed over.
void add_all(const Asking& asking, MetadataResponse& response) {
  const TopicsImage& topics = asking.uses.image.topics();
  for (const auto& [name, id] : topics.by_name()) {
    if (may_describe(asking.uses.access, name, IfDenied::kUnsaid))
      add_topic(asking, *topics.find(id), response);
  }
}

bool asks_for_all(const MetadataRequest& request, int16_t version) {
  return !request.topics || (version == kVersionOfAllByEmpty && request.topics->empty());
}

// With one id among them the topics are asked by id, and those without one are passed over.
bool asks_by_id(const MetadataRequest& request) {
  return request.topics && std::any_of(request.topics->begin(), request.topics->end(),
                                       [](const auto& topic) { return !topic.topic_id.is_zero(); });
}

// Ids came before they could be asked for: versions 10 and 11 have the field and do not serve it.
bool is_well_formed(const MetadataRequest& request, int16_t version) {
  if (!request.topics) return true;
  bool by_id = asks_by_id(request);
  if (by_id) return version >= kFirstVersionById;
  return std::all_of(request.topics->begin(), request.topics->end(),
                     [](const auto& topic) { return topic.name.has_value(); });
}

// Nothing but the topics, each with the error.
MetadataResponse refuse(const MetadataRequest& request, ErrorCode code) {
  MetadataResponse response;
  response.error_code = protocol::wire_value(code);
  for (const auto& asked : *request.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = asked.name.value_or("");
    refused.topic_id = asked.topic_id;
    refused.error_code = protocol::wire_value(code);
  }
  return response;
}

void add_broker(const BrokerImage& known, const EndpointImage& endpoint, MetadataResponse& response) {
  auto& broker = response.brokers.emplace_back();
  broker.node_id = known.id.value;
  broker.host = endpoint.host;
  broker.port = endpoint.port;
  if (known.rack) broker.rack = *known.rack;
}

// Who is told of topics and of no broker at all forgets the brokers that it knew, and may never look for any
// again (librdkafka#5301). Whoever it has reached is one, fenced or not.
void add_this_broker(const ClusterUses& uses, MetadataResponse& response) {
  const BrokerImage* own = uses.image.brokers().find(uses.controller);
  const EndpointImage* endpoint = endpoint_of(uses, uses.controller);
  if (endpoint != nullptr) add_broker(*own, *endpoint, response);
}

// Asked for twice, answered once, as Kafka does.
void add_asked(const Asking& asking, const MetadataRequest& request, MetadataResponse& response) {
  std::set<Uuid> ids;
  std::set<std::string_view> names;
  bool by_id = asks_by_id(request);
  for (const auto& asked : *request.topics) {
    if (by_id) {
      bool fresh = !asked.topic_id.is_zero() && ids.insert(asked.topic_id).second;
      if (fresh) add_by_id(asking, asked.topic_id, response);
    } else if (names.insert(*asked.name).second) {
      add_by_name(asking, *asked.name, response);
    }
  }
}

}  // namespace

MetadataResponse metadata(const MetadataRequest& request, int16_t version, const ClusterUses& uses,
                          bool auto_create) {
  if (!is_well_formed(request, version)) return refuse(request, ErrorCode::kInvalidRequest);
  MetadataResponse response;
  response.cluster_id = uses.cluster_id;
  response.controller_id = told_controller(uses).value;
  for (const LiveBroker& live : uses.image.brokers().live_brokers(uses.client.listener))
    add_broker(*live.broker, *live.endpoint, response);
  const Asking asking{uses, version, request.include_topic_authorized_operations,
                      auto_create && request.allow_auto_topic_creation};
  if (asks_for_all(request, version)) {
    add_all(asking, response);
  } else {
    add_asked(asking, request, response);
  }
  if (response.brokers.empty() && !response.topics.empty()) add_this_broker(uses, response);
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = told_cluster_operations(uses.access);
  return response;
}

std::vector<std::string_view> creatable_topics(const MetadataRequest& request, int16_t version,
                                               const ClusterImage& image, const Access& access) {
  if (asks_for_all(request, version) || asks_by_id(request) || !is_well_formed(request, version)) return {};
  std::set<std::string_view> missing;
  for (const auto& topic : *request.topics) {
    const bool is_served = !is_internal_topic(*topic.name) || *topic.name == kOffsetsTopic;
    bool creatable = is_served && !check_topic_name(*topic.name) &&
                     may_describe(access, *topic.name, IfDenied::kUnsaid) &&
                     may_create(access, *topic.name, IfDenied::kUnsaid);
    if (creatable && image.topics().find(*topic.name) == nullptr) missing.insert(*topic.name);
  }
  return {missing.begin(), missing.end()};
}

NodeId told_controller(const ClusterUses& uses) {
  const BrokersImage& brokers = uses.image.brokers();
  if (brokers.is_live(uses.controller)) return uses.controller;
  for (const auto& [id, broker] : brokers.brokers()) {
    if (!broker.fenced) return id;
  }
  return kNoNode;
}

const EndpointImage* leader_endpoint(const ClusterUses& uses, const PartitionImage& partition) {
  return endpoint_of(uses, partition.leader);
}

std::vector<int32_t> offline_replicas(const ClusterUses& uses, const PartitionImage& partition) {
  std::vector<int32_t> offline;
  for (NodeId id : partition.replicas) {
    bool reached = uses.image.brokers().live_endpoint(id, uses.client.listener) != nullptr &&
                   uses.image.brokers().find(id)->has_online_directory(partition.directory_of(id));
    if (!reached) offline.push_back(id.value);
  }
  return offline;
}

int32_t told_cluster_operations(const Access& access) {
  if (!access.allows_cluster(AclOperation::kDescribe, IfDenied::kUnsaid)) return 0;
  return access.operations(ResourceType::kCluster, security::kClusterName);
}

}  // namespace klamm::broker
