// Generated from protocol/schema/73_assign_replicas_to_dirs.kmsg; not to be edited.
#include "protocol/messages/assign_replicas_to_dirs_request.h"
#include "protocol/messages/assign_replicas_to_dirs_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AssignReplicasToDirsRequest::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
}

void fill(InstanceRandom& random, AssignReplicasToDirsRequest::TopicData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AssignReplicasToDirsRequest::DirectoryData& to, int16_t version) {
  to.id = random.uuid();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AssignReplicasToDirsRequest& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
  to.directories.resize(random.count());
  for (auto& element : to.directories) fill(random, element, version);
}

void fill(InstanceRandom& random, AssignReplicasToDirsResponse::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, AssignReplicasToDirsResponse::TopicData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AssignReplicasToDirsResponse::DirectoryData& to, int16_t version) {
  to.id = random.uuid();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AssignReplicasToDirsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.directories.resize(random.count());
  for (auto& element : to.directories) fill(random, element, version);
}

}  // namespace

void write_random_assign_replicas_to_dirs_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AssignReplicasToDirsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_assign_replicas_to_dirs_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AssignReplicasToDirsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
