// Generated from protocol/schema/55_describe_quorum.kmsg; not to be edited.
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeQuorumRequest::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeQuorumRequest::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeQuorumRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeQuorumResponse::ReplicaState& to, int16_t version) {
  to.replica_id = random.number<int32_t>();
  if (version >= 2) {
    to.replica_directory_id = random.uuid();
  }
  to.log_end_offset = random.number<int64_t>();
  if (version >= 1) {
    to.last_fetch_timestamp = random.number<int64_t>();
  }
  if (version >= 1) {
    to.last_caught_up_timestamp = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, DescribeQuorumResponse::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  if (version >= 2) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.high_watermark = random.number<int64_t>();
  to.current_voters.resize(random.count());
  for (auto& element : to.current_voters) fill(random, element, version);
  to.observers.resize(random.count());
  for (auto& element : to.observers) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeQuorumResponse::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeQuorumResponse::Listener& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, DescribeQuorumResponse::Node& to, int16_t version) {
  to.node_id = random.number<int32_t>();
  to.listeners.resize(random.count());
  for (auto& element : to.listeners) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeQuorumResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  if (version >= 2) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 2) {
    to.nodes.resize(random.count());
    for (auto& element : to.nodes) fill(random, element, version);
  }
}

}  // namespace

void write_random_describe_quorum_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeQuorumRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_quorum_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeQuorumResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
