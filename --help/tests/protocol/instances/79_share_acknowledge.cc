// Generated from protocol/schema/79_share_acknowledge.kmsg; not to be edited.
#include "protocol/messages/share_acknowledge_request.h"
#include "protocol/messages/share_acknowledge_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ShareAcknowledgeRequest::AcknowledgementBatch& to, int16_t) {
  to.first_offset = random.number<int64_t>();
  to.last_offset = random.number<int64_t>();
  to.acknowledge_types.resize(random.count());
  for (auto& element : to.acknowledge_types) element = random.number<int8_t>();
}

void fill(InstanceRandom& random, ShareAcknowledgeRequest::AcknowledgePartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.acknowledgement_batches.resize(random.count());
  for (auto& element : to.acknowledgement_batches) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareAcknowledgeRequest::AcknowledgeTopic& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareAcknowledgeRequest& to, int16_t version) {
  to.group_id.reset();
  if (!random.null()) {
    to.group_id = random.string();
  }
  to.member_id.reset();
  if (!random.null()) {
    to.member_id = random.string();
  }
  to.share_session_epoch = random.number<int32_t>();
  if (version >= 2) {
    to.is_renew_ack = random.boolean();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareAcknowledgeResponse::LeaderIdAndEpoch& to, int16_t) {
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareAcknowledgeResponse::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  fill(random, to.current_leader, version);
}

void fill(InstanceRandom& random, ShareAcknowledgeResponse::ShareAcknowledgeTopicResponse& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareAcknowledgeResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
}

void fill(InstanceRandom& random, ShareAcknowledgeResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  if (version >= 2) {
    to.acquisition_lock_timeout_ms = random.number<int32_t>();
  }
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
  to.node_endpoints.resize(random.count());
  for (auto& element : to.node_endpoints) fill(random, element, version);
}

}  // namespace

void write_random_share_acknowledge_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareAcknowledgeRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_acknowledge_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareAcknowledgeResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
