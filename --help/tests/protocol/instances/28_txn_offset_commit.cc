// Generated from protocol/schema/28_txn_offset_commit.kmsg; not to be edited.
#include "protocol/messages/txn_offset_commit_request.h"
#include "protocol/messages/txn_offset_commit_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.committed_offset = random.number<int64_t>();
  if (version >= 2) {
    to.committed_leader_epoch = random.number<int32_t>();
  }
  to.committed_metadata.reset();
  if (!random.null()) {
    to.committed_metadata = random.string();
  }
}

void fill(InstanceRandom& random, TxnOffsetCommitRequest::TxnOffsetCommitRequestTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, TxnOffsetCommitRequest& to, int16_t version) {
  to.transactional_id = random.string();
  to.group_id = random.string();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  if (version >= 3) {
    to.generation_id = random.number<int32_t>();
  }
  if (version >= 3) {
    to.member_id = random.string();
  }
  if (version >= 3) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, TxnOffsetCommitResponse::TxnOffsetCommitResponsePartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, TxnOffsetCommitResponse::TxnOffsetCommitResponseTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, TxnOffsetCommitResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_txn_offset_commit_request(InstanceRandom& random, int16_t version, Bytes& out) {
  TxnOffsetCommitRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_txn_offset_commit_response(InstanceRandom& random, int16_t version, Bytes& out) {
  TxnOffsetCommitResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
