// Generated from protocol/schema/34_alter_replica_log_dirs.kmsg; not to be edited.
#include "protocol/messages/alter_replica_log_dirs_request.h"
#include "protocol/messages/alter_replica_log_dirs_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterReplicaLogDirsRequest::AlterReplicaLogDirTopic& to, int16_t) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, AlterReplicaLogDirsRequest::AlterReplicaLogDir& to, int16_t version) {
  to.path = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterReplicaLogDirsRequest& to, int16_t version) {
  to.dirs.resize(random.count());
  for (auto& element : to.dirs) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterReplicaLogDirsResponse::AlterReplicaLogDirPartitionResult& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, AlterReplicaLogDirsResponse::AlterReplicaLogDirTopicResult& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterReplicaLogDirsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_alter_replica_log_dirs_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterReplicaLogDirsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_replica_log_dirs_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterReplicaLogDirsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
