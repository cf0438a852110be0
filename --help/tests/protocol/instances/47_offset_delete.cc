// Generated from protocol/schema/47_offset_delete.kmsg; not to be edited.
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, OffsetDeleteRequest::OffsetDeleteRequestPartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
}

void fill(InstanceRandom& random, OffsetDeleteRequest::OffsetDeleteRequestTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetDeleteRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetDeleteResponse::OffsetDeleteResponsePartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, OffsetDeleteResponse::OffsetDeleteResponseTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetDeleteResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_offset_delete_request(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetDeleteRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_delete_response(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetDeleteResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
