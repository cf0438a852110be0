// Generated from protocol/schema/83_initialize_share_group_state.kmsg; not to be edited.
#include "protocol/messages/initialize_share_group_state_request.h"
#include "protocol/messages/initialize_share_group_state_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, InitializeShareGroupStateRequest::PartitionData& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.state_epoch = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, InitializeShareGroupStateRequest::InitializeStateData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, InitializeShareGroupStateRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, InitializeShareGroupStateResponse::PartitionResult& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, InitializeShareGroupStateResponse::InitializeStateResult& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, InitializeShareGroupStateResponse& to, int16_t version) {
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_initialize_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out) {
  InitializeShareGroupStateRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_initialize_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out) {
  InitializeShareGroupStateResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
