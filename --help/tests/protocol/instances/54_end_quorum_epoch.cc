// Generated from protocol/schema/54_end_quorum_epoch.kmsg; not to be edited.
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/end_quorum_epoch_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, EndQuorumEpochRequest::ReplicaInfo& to, int16_t) {
  to.candidate_id = random.number<int32_t>();
  to.candidate_directory_id = random.uuid();
}

void fill(InstanceRandom& random, EndQuorumEpochRequest::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  if (version <= 0) {
    to.preferred_successors.resize(random.count());
    for (auto& element : to.preferred_successors) element = random.number<int32_t>();
  }
  if (version >= 1) {
    to.preferred_candidates.resize(random.count());
    for (auto& element : to.preferred_candidates) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, EndQuorumEpochRequest::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, EndQuorumEpochRequest::LeaderEndpoint& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, EndQuorumEpochRequest& to, int16_t version) {
  to.cluster_id.reset();
  if (!random.null()) {
    to.cluster_id = random.string();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 1) {
    to.leader_endpoints.resize(random.count());
    for (auto& element : to.leader_endpoints) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, EndQuorumEpochResponse::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, EndQuorumEpochResponse::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, EndQuorumEpochResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, EndQuorumEpochResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 1 && random.some()) {
    to.node_endpoints.resize(random.count());
    for (auto& element : to.node_endpoints) fill(random, element, version);
  }
}

}  // namespace

void write_random_end_quorum_epoch_request(InstanceRandom& random, int16_t version, Bytes& out) {
  EndQuorumEpochRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_end_quorum_epoch_response(InstanceRandom& random, int16_t version, Bytes& out) {
  EndQuorumEpochResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
