// Generated from protocol/schema/52_vote.kmsg; not to be edited.
#include "protocol/messages/vote_request.h"
#include "protocol/messages/vote_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, VoteRequest::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.replica_epoch = random.number<int32_t>();
  to.replica_id = random.number<int32_t>();
  if (version >= 1) {
    to.replica_directory_id = random.uuid();
  }
  if (version >= 1) {
    to.voter_directory_id = random.uuid();
  }
  to.last_offset_epoch = random.number<int32_t>();
  to.last_offset = random.number<int64_t>();
  if (version >= 2) {
    to.pre_vote = random.boolean();
  }
}

void fill(InstanceRandom& random, VoteRequest::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, VoteRequest& to, int16_t version) {
  to.cluster_id.reset();
  if (!random.null()) {
    to.cluster_id = random.string();
  }
  if (version >= 1) {
    to.voter_id = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, VoteResponse::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.vote_granted = random.boolean();
}

void fill(InstanceRandom& random, VoteResponse::TopicData& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, VoteResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, VoteResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 1 && random.some()) {
    to.node_endpoints.resize(random.count());
    for (auto& element : to.node_endpoints) fill(random, element, version);
  }
}

}  // namespace

void write_random_vote_request(InstanceRandom& random, int16_t version, Bytes& out) {
  VoteRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_vote_response(InstanceRandom& random, int16_t version, Bytes& out) {
  VoteResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
