// Generated from protocol/schema/84_read_share_group_state.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_request.h"
#include "protocol/messages/read_share_group_state_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ReadShareGroupStateRequest::PartitionData& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, ReadShareGroupStateRequest::ReadStateData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateResponse::StateBatch& to, int16_t) {
  to.first_offset = random.number<int64_t>();
  to.last_offset = random.number<int64_t>();
  to.delivery_state = random.number<int8_t>();
  to.delivery_count = random.number<int16_t>();
}

void fill(InstanceRandom& random, ReadShareGroupStateResponse::PartitionResult& to, int16_t version) {
  to.partition = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.state_epoch = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
  to.state_batches.resize(random.count());
  for (auto& element : to.state_batches) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateResponse::ReadStateResult& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateResponse& to, int16_t version) {
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_read_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ReadShareGroupStateRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_read_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ReadShareGroupStateResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
