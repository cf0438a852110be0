// Generated from protocol/schema/45_alter_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterPartitionReassignmentsRequest::ReassignablePartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.replicas.reset();
  if (!random.null()) {
    to.replicas.emplace(random.count());
    for (auto& element : *to.replicas) element = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, AlterPartitionReassignmentsRequest::ReassignableTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionReassignmentsRequest& to, int16_t version) {
  to.timeout_ms = random.number<int32_t>();
  if (version >= 1) {
    to.allow_replication_factor_change = random.boolean();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionReassignmentsResponse::ReassignablePartitionResponse& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, AlterPartitionReassignmentsResponse::ReassignableTopicResponse& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionReassignmentsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 1) {
    to.allow_replication_factor_change = random.boolean();
  }
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
}

}  // namespace

void write_random_alter_partition_reassignments_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterPartitionReassignmentsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_partition_reassignments_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterPartitionReassignmentsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
