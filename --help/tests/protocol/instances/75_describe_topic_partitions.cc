// Generated from protocol/schema/75_describe_topic_partitions.kmsg; not to be edited.
#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/describe_topic_partitions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeTopicPartitionsRequest::TopicRequest& to, int16_t) {
  to.name = random.string();
}

void fill(InstanceRandom& random, DescribeTopicPartitionsRequest::Cursor& to, int16_t) {
  to.topic_name = random.string();
  to.partition_index = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeTopicPartitionsRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.response_partition_limit = random.number<int32_t>();
  to.cursor.reset();
  if (!random.null()) {
    fill(random, to.cursor.emplace(), version);
  }
}

void fill(InstanceRandom& random, DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.partition_index = random.number<int32_t>();
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.replica_nodes.resize(random.count());
  for (auto& element : to.replica_nodes) element = random.number<int32_t>();
  to.isr_nodes.resize(random.count());
  for (auto& element : to.isr_nodes) element = random.number<int32_t>();
  to.eligible_leader_replicas.reset();
  if (!random.null()) {
    to.eligible_leader_replicas.emplace(random.count());
    for (auto& element : *to.eligible_leader_replicas) element = random.number<int32_t>();
  }
  to.last_known_elr.reset();
  if (!random.null()) {
    to.last_known_elr.emplace(random.count());
    for (auto& element : *to.last_known_elr) element = random.number<int32_t>();
  }
  to.offline_replicas.resize(random.count());
  for (auto& element : to.offline_replicas) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.name.reset();
  if (!random.null()) {
    to.name = random.string();
  }
  to.topic_id = random.uuid();
  to.is_internal = random.boolean();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
  to.topic_authorized_operations = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeTopicPartitionsResponse::Cursor& to, int16_t) {
  to.topic_name = random.string();
  to.partition_index = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeTopicPartitionsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.next_cursor.reset();
  if (!random.null()) {
    fill(random, to.next_cursor.emplace(), version);
  }
}

}  // namespace

void write_random_describe_topic_partitions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeTopicPartitionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_topic_partitions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeTopicPartitionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
