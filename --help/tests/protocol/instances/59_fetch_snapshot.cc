// Generated from protocol/schema/59_fetch_snapshot.kmsg; not to be edited.
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/fetch_snapshot_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, FetchSnapshotRequest::SnapshotId& to, int16_t) {
  to.end_offset = random.number<int64_t>();
  to.epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchSnapshotRequest::PartitionSnapshot& to, int16_t version) {
  to.partition = random.number<int32_t>();
  to.current_leader_epoch = random.number<int32_t>();
  fill(random, to.snapshot_id, version);
  to.position = random.number<int64_t>();
  if (version >= 1 && random.some()) {
    to.replica_directory_id = random.uuid();
  }
}

void fill(InstanceRandom& random, FetchSnapshotRequest::TopicSnapshot& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, FetchSnapshotRequest& to, int16_t version) {
  if (random.some()) {
    to.cluster_id.reset();
    if (!random.null()) {
      to.cluster_id = random.string();
    }
  }
  to.replica_id = random.number<int32_t>();
  to.max_bytes = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, FetchSnapshotResponse::SnapshotId& to, int16_t) {
  to.end_offset = random.number<int64_t>();
  to.epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchSnapshotResponse::LeaderIdAndEpoch& to, int16_t) {
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchSnapshotResponse::PartitionSnapshot& to, int16_t version) {
  to.index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  fill(random, to.snapshot_id, version);
  if (random.some()) {
    fill(random, to.current_leader, version);
  }
  to.size = random.number<int64_t>();
  to.position = random.number<int64_t>();
  to.unaligned_records.reset();
  to.unaligned_records = random.records();
}

void fill(InstanceRandom& random, FetchSnapshotResponse::TopicSnapshot& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, FetchSnapshotResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, FetchSnapshotResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 1 && random.some()) {
    to.node_endpoints.resize(random.count());
    for (auto& element : to.node_endpoints) fill(random, element, version);
  }
}

}  // namespace

void write_random_fetch_snapshot_request(InstanceRandom& random, int16_t version, Bytes& out) {
  FetchSnapshotRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_fetch_snapshot_response(InstanceRandom& random, int16_t version, Bytes& out) {
  FetchSnapshotResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
