// Generated from protocol/schema/56_alter_partition.kmsg; not to be edited.
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/alter_partition_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterPartitionRequest::BrokerState& to, int16_t) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, AlterPartitionRequest::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  if (version <= 2) {
    to.new_isr.resize(random.count());
    for (auto& element : to.new_isr) element = random.number<int32_t>();
  }
  if (version >= 3) {
    to.new_isr_with_epochs.resize(random.count());
    for (auto& element : to.new_isr_with_epochs) fill(random, element, version);
  }
  to.leader_recovery_state = random.number<int8_t>();
  to.partition_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, AlterPartitionRequest::TopicData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionRequest& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionResponse::PartitionData& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.isr.resize(random.count());
  for (auto& element : to.isr) element = random.number<int32_t>();
  to.leader_recovery_state = random.number<int8_t>();
  to.partition_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, AlterPartitionResponse::TopicData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterPartitionResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_alter_partition_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterPartitionRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_partition_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterPartitionResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
