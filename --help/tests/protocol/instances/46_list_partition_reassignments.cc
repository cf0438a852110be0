// Generated from protocol/schema/46_list_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ListPartitionReassignmentsRequest::ListPartitionReassignmentsTopics& to, int16_t) {
  to.name = random.string();
  to.partition_indexes.resize(random.count());
  for (auto& element : to.partition_indexes) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ListPartitionReassignmentsRequest& to, int16_t version) {
  to.timeout_ms = random.number<int32_t>();
  to.topics.reset();
  if (!random.null()) {
    to.topics.emplace(random.count());
    for (auto& element : *to.topics) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, ListPartitionReassignmentsResponse::OngoingPartitionReassignment& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.replicas.resize(random.count());
  for (auto& element : to.replicas) element = random.number<int32_t>();
  to.adding_replicas.resize(random.count());
  for (auto& element : to.adding_replicas) element = random.number<int32_t>();
  to.removing_replicas.resize(random.count());
  for (auto& element : to.removing_replicas) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ListPartitionReassignmentsResponse::OngoingTopicReassignment& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ListPartitionReassignmentsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_list_partition_reassignments_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ListPartitionReassignmentsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_list_partition_reassignments_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ListPartitionReassignmentsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
