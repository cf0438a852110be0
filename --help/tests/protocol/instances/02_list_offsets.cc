// Generated from protocol/schema/02_list_offsets.kmsg; not to be edited.
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ListOffsetsRequest::ListOffsetsPartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  if (version >= 4) {
    to.current_leader_epoch = random.number<int32_t>();
  }
  to.timestamp = random.number<int64_t>();
}

void fill(InstanceRandom& random, ListOffsetsRequest::ListOffsetsTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ListOffsetsRequest& to, int16_t version) {
  to.replica_id = random.number<int32_t>();
  if (version >= 2) {
    to.isolation_level = random.number<int8_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 10) {
    to.timeout_ms = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, ListOffsetsResponse::ListOffsetsPartitionResponse& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.timestamp = random.number<int64_t>();
  to.offset = random.number<int64_t>();
  if (version >= 4) {
    to.leader_epoch = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, ListOffsetsResponse::ListOffsetsTopicResponse& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ListOffsetsResponse& to, int16_t version) {
  if (version >= 2) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_list_offsets_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ListOffsetsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_list_offsets_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ListOffsetsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
