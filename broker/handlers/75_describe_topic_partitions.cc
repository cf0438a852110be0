// DescribeTopicPartitions, version 0 (KIP-966): topics in the order of their names, a limited number of
// partitions at a time, with a cursor to go on from.

#include <algorithm>
#include <set>

#include "broker/config/topic_names.h"
#include "broker/handlers/cluster.h"

namespace klamm::broker {
namespace {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using protocol::ErrorCode;
using security::AclOperation;
using security::ResourceType;

DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition describe(
    const ClusterUses& uses, int32_t index, const PartitionImage& partition) {
  DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition described;
  described.partition_index = index;
  bool led = leader_endpoint(uses, partition) != nullptr;
  described.leader_id = (led ? partition.leader : kNoNode).value;
  described.leader_epoch = partition.leader_epoch.value;
  described.replica_nodes = numbers_of(partition.replicas);
  described.isr_nodes = numbers_of(partition.isr);
  described.eligible_leader_replicas = numbers_of(partition.elr);
  described.last_known_elr = numbers_of(partition.last_known_elr);
  described.offline_replicas = offline_replicas(uses, partition);
  return described;
}

// The topics to describe: from the cursor's on, in the order of their names.
std::set<std::string_view> wanted_topics(const DescribeTopicPartitionsRequest& request,
                                         const ClusterImage& image) {
  std::set<std::string_view> names;
  std::string_view first = request.cursor ? request.cursor->topic_name : std::string_view();
  auto add = [&](std::string_view name) {
    if (name >= first) names.insert(name);
  };
  for (const auto& topic : request.topics) add(topic.name);
  if (request.topics.empty()) {
    for (const auto& [name, id] : image.topics().by_name()) add(name);
  }
  return names;
}

// A cursor goes on in one of the topics that are asked for.
bool is_well_formed(const DescribeTopicPartitionsRequest& request) {
  if (!request.cursor) return true;
  auto named = [&](const auto& topic) { return topic.name == request.cursor->topic_name; };
  bool listed = request.topics.empty() || std::any_of(request.topics.begin(), request.topics.end(), named);
  return listed && request.cursor->partition_index >= 0;
}

// Takes the topics out that the client may not describe, and tells so of those that it named: the same
// whether or not they are there.
std::vector<std::string_view> take_hidden(std::set<std::string_view>& names, const Access& access,
                                          IfDenied if_denied) {
  std::vector<std::string_view> hidden;
  for (std::string_view name : names) {
    if (!access.allows(AclOperation::kDescribe, ResourceType::kTopic, name, if_denied))
      hidden.push_back(name);
  }
  for (std::string_view name : hidden) names.erase(name);
  return hidden;
}

DescribeTopicPartitionsResponse refuse(const DescribeTopicPartitionsRequest& request, ErrorCode code) {
  DescribeTopicPartitionsResponse response;
  for (const auto& topic : request.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = topic.name;
    refused.error_code = protocol::wire_value(code);
  }
  return response;
}

// Those of `names` that fit, and where to go on.
DescribeTopicPartitionsResponse describe_topics(const std::set<std::string_view>& names,
                                                const DescribeTopicPartitionsRequest& request,
                                                const ClusterUses& uses, int32_t left) {
  DescribeTopicPartitionsResponse response;
  for (std::string_view name : names) {
    if (left == 0) {
      response.next_cursor = {.topic_name = name, .partition_index = 0};
      break;
    }
    auto& described = response.topics.emplace_back();
    described.name = name;
    described.is_internal = is_internal_topic(name);
    described.topic_authorized_operations = uses.access.operations(ResourceType::kTopic, name);
    const TopicImage* topic = uses.image.topics().find(name);
    if (topic == nullptr) {
      described.error_code = protocol::wire_value(
          check_topic_name(name) ? ErrorCode::kInvalidTopicException : ErrorCode::kUnknownTopicOrPartition);
      continue;
    }
    described.topic_id = topic->id;
    bool goes_on = request.cursor && name == request.cursor->topic_name;
    int32_t first = goes_on ? request.cursor->partition_index : 0;
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

}  // namespace

DescribeTopicPartitionsResponse describe_topic_partitions(const DescribeTopicPartitionsRequest& request,
                                                          const ClusterUses& uses, int32_t partitions_max) {
  if (!is_well_formed(request)) return refuse(request, ErrorCode::kInvalidRequest);
  std::set<std::string_view> names = wanted_topics(request, uses.image);
  const auto if_denied = request.topics.empty() ? IfDenied::kUnsaid : IfDenied::kLogged;
  const std::vector<std::string_view> hidden = take_hidden(names, uses.access, if_denied);
  int32_t left = std::max(std::min(request.response_partition_limit, partitions_max), 1);
  DescribeTopicPartitionsResponse response = describe_topics(names, request, uses, left);
  if (request.topics.empty()) return response;
  for (std::string_view name : hidden) {
    auto& refused = response.topics.emplace_back();
    refused.name = name;
    refused.error_code = protocol::wire_value(ErrorCode::kTopicAuthorizationFailed);
  }
  return response;
}

}  // namespace klamm::broker
