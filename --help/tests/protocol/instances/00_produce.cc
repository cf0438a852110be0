// Generated from protocol/schema/00_produce.kmsg; not to be edited.
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ProduceRequest::PartitionProduceData& to, int16_t) {
  to.index = random.number<int32_t>();
  to.records.reset();
  if (!random.null()) {
    to.records = random.records();
  }
}

void fill(InstanceRandom& random, ProduceRequest::TopicProduceData& to, int16_t version) {
  if (version <= 12) {
    to.name = random.string();
  }
  if (version >= 13) {
    to.topic_id = random.uuid();
  }
  to.partition_data.resize(random.count());
  for (auto& element : to.partition_data) fill(random, element, version);
}

void fill(InstanceRandom& random, ProduceRequest& to, int16_t version) {
  to.transactional_id.reset();
  if (!random.null()) {
    to.transactional_id = random.string();
  }
  to.acks = random.number<int16_t>();
  to.timeout_ms = random.number<int32_t>();
  to.topic_data.resize(random.count());
  for (auto& element : to.topic_data) fill(random, element, version);
}

void fill(InstanceRandom& random, ProduceResponse::BatchIndexAndErrorMessage& to, int16_t) {
  to.batch_index = random.number<int32_t>();
  to.batch_index_error_message.reset();
  if (!random.null()) {
    to.batch_index_error_message = random.string();
  }
}

void fill(InstanceRandom& random, ProduceResponse::LeaderIdAndEpoch& to, int16_t) {
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, ProduceResponse::PartitionProduceResponse& to, int16_t version) {
  to.index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.base_offset = random.number<int64_t>();
  to.log_append_time_ms = random.number<int64_t>();
  if (version >= 5) {
    to.log_start_offset = random.number<int64_t>();
  }
  if (version >= 8) {
    to.record_errors.resize(random.count());
    for (auto& element : to.record_errors) fill(random, element, version);
  }
  if (version >= 8) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
  if (version >= 10 && random.some()) {
    fill(random, to.current_leader, version);
  }
}

void fill(InstanceRandom& random, ProduceResponse::TopicProduceResponse& to, int16_t version) {
  if (version <= 12) {
    to.name = random.string();
  }
  if (version >= 13) {
    to.topic_id = random.uuid();
  }
  to.partition_responses.resize(random.count());
  for (auto& element : to.partition_responses) fill(random, element, version);
}

void fill(InstanceRandom& random, ProduceResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
}

void fill(InstanceRandom& random, ProduceResponse& to, int16_t version) {
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 10 && random.some()) {
    to.node_endpoints.resize(random.count());
    for (auto& element : to.node_endpoints) fill(random, element, version);
  }
}

}  // namespace

void write_random_produce_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ProduceRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_produce_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ProduceResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
