#include "tests/cli/tool_fixture.h"

#include <algorithm>

#include "protocol/errors.h"
#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/describe_topic_partitions_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

const FakeTopic* find_topic(const std::vector<FakeTopic>& topics, std::string_view name) {
  const auto found = std::ranges::find(topics, name, &FakeTopic::name);
  return found == topics.end() ? nullptr : &*found;
}

MetadataResponse::MetadataResponseTopic metadata_of(const FakeTopic& topic) {
  MetadataResponse::MetadataResponseTopic made;
  made.name = topic.name;
  made.topic_id = topic.id;
  made.is_internal = topic.is_internal;
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    const FakePartition& partition = topic.partitions[i];
    auto& one = made.partitions.emplace_back();
    one.partition_index = static_cast<int32_t>(i);
    one.leader_id = partition.leader;
    one.replica_nodes = partition.replicas;
    one.isr_nodes = partition.isr;
  }
  return made;
}

MetadataResponse metadata(const ToolFixture& fixture, const MetadataRequest& request) {
  MetadataResponse response;
  for (const int32_t id : fixture.brokers) {
    auto& broker = response.brokers.emplace_back();
    broker.node_id = id;
    broker.host = "broker";
    broker.port = 9092;
  }
  response.cluster_id = "cluster";
  response.controller_id = 1;
  if (!request.topics) {
    for (const FakeTopic& topic : fixture.topics) response.topics.push_back(metadata_of(topic));
    return response;
  }
  for (const auto& wanted : *request.topics) {
    const FakeTopic* topic = find_topic(fixture.topics, wanted.name.value_or(""));
    if (topic != nullptr) {
      response.topics.push_back(metadata_of(*topic));
      continue;
    }
    auto& unknown = response.topics.emplace_back();
    unknown.name = wanted.name;
    unknown.error_code = protocol::wire_value(ErrorCode::kUnknownTopicOrPartition);
  }
  return response;
}

DescribeTopicPartitionsResponse described(const ToolFixture& fixture,
                                          const DescribeTopicPartitionsRequest& request) {
  DescribeTopicPartitionsResponse response;
  for (const auto& wanted : request.topics) {
    auto& made = response.topics.emplace_back();
    made.name = wanted.name;
    const FakeTopic* topic = find_topic(fixture.topics, wanted.name);
    if (topic == nullptr) {
      made.error_code = protocol::wire_value(ErrorCode::kUnknownTopicOrPartition);
      continue;
    }
    made.topic_id = topic->id;
    made.is_internal = topic->is_internal;
    for (size_t i = 0; i < topic->partitions.size(); ++i) {
      const FakePartition& partition = topic->partitions[i];
      auto& one = made.partitions.emplace_back();
      one.partition_index = static_cast<int32_t>(i);
      one.leader_id = partition.leader;
      one.replica_nodes = partition.replicas;
      one.isr_nodes = partition.isr;
      one.eligible_leader_replicas.emplace();
      one.last_known_elr.emplace();
    }
  }
  return response;
}

}  // namespace

ToolFixture::ToolFixture() {
  broker.on<MetadataRequest, MetadataResponse>(
      [this](const MetadataRequest& request, int16_t) { return metadata(*this, request); });
  broker.on<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
      [this](const DescribeTopicPartitionsRequest& request, int16_t) { return described(*this, request); });
}

}  // namespace klamm::cli
