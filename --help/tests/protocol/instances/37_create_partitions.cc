// Generated from protocol/schema/37_create_partitions.kmsg; not to be edited.
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, CreatePartitionsRequest::CreatePartitionsAssignment& to, int16_t) {
  to.broker_ids.resize(random.count());
  for (auto& element : to.broker_ids) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, CreatePartitionsRequest::CreatePartitionsTopic& to, int16_t version) {
  to.name = random.string();
  to.count = random.number<int32_t>();
  to.assignments.reset();
  if (!random.null()) {
    to.assignments.emplace(random.count());
    for (auto& element : *to.assignments) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, CreatePartitionsRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.timeout_ms = random.number<int32_t>();
  to.validate_only = random.boolean();
}

void fill(InstanceRandom& random, CreatePartitionsResponse::CreatePartitionsTopicResult& to, int16_t) {
  to.name = random.string();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, CreatePartitionsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_create_partitions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  CreatePartitionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_create_partitions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  CreatePartitionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
