// Generated from protocol/schema/91_alter_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/alter_share_group_offsets_request.h"
#include "protocol/messages/alter_share_group_offsets_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestPartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestTopic& to, int16_t version) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterShareGroupOffsetsRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponsePartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponseTopic& to, int16_t version) {
  to.topic_name = random.string();
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterShareGroupOffsetsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
}

}  // namespace

void write_random_alter_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterShareGroupOffsetsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterShareGroupOffsetsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
