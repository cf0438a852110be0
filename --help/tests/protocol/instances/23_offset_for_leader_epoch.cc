// Generated from protocol/schema/23_offset_for_leader_epoch.kmsg; not to be edited.
#include "protocol/messages/offset_for_leader_epoch_request.h"
#include "protocol/messages/offset_for_leader_epoch_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, OffsetForLeaderEpochRequest::OffsetForLeaderPartition& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.current_leader_epoch = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, OffsetForLeaderEpochRequest::OffsetForLeaderTopic& to, int16_t version) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetForLeaderEpochRequest& to, int16_t version) {
  if (version >= 3) {
    to.replica_id = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetForLeaderEpochResponse::EpochEndOffset& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.partition = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.end_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, OffsetForLeaderEpochResponse::OffsetForLeaderTopicResult& to, int16_t version) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetForLeaderEpochResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_offset_for_leader_epoch_request(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetForLeaderEpochRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_for_leader_epoch_response(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetForLeaderEpochResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
