// Generated from protocol/schema/08_offset_commit.kmsg; not to be edited.
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, OffsetCommitRequest::OffsetCommitRequestPartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.committed_offset = random.number<int64_t>();
  if (version >= 6) {
    to.committed_leader_epoch = random.number<int32_t>();
  }
  to.committed_metadata.reset();
  if (!random.null()) {
    to.committed_metadata = random.string();
  }
}

void fill(InstanceRandom& random, OffsetCommitRequest::OffsetCommitRequestTopic& to, int16_t version) {
  if (version <= 9) {
    to.name = random.string();
  }
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetCommitRequest& to, int16_t version) {
  to.group_id = random.string();
  to.generation_id_or_member_epoch = random.number<int32_t>();
  to.member_id = random.string();
  if (version >= 7) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  if (version <= 4) {
    to.retention_time_ms = random.number<int64_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetCommitResponse::OffsetCommitResponsePartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, OffsetCommitResponse::OffsetCommitResponseTopic& to, int16_t version) {
  if (version <= 9) {
    to.name = random.string();
  }
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetCommitResponse& to, int16_t version) {
  if (version >= 3) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_offset_commit_request(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetCommitRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_commit_response(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetCommitResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
