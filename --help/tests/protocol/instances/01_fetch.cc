// Generated from protocol/schema/01_fetch.kmsg; not to be edited.
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, FetchRequest::ReplicaState& to, int16_t) {
  to.replica_id = random.number<int32_t>();
  to.replica_epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, FetchRequest::FetchPartition& to, int16_t version) {
  to.partition = random.number<int32_t>();
  if (version >= 9) {
    to.current_leader_epoch = random.number<int32_t>();
  }
  to.fetch_offset = random.number<int64_t>();
  if (version >= 12) {
    to.last_fetched_epoch = random.number<int32_t>();
  }
  if (version >= 5) {
    to.log_start_offset = random.number<int64_t>();
  }
  to.partition_max_bytes = random.number<int32_t>();
  if (version >= 17 && random.some()) {
    to.replica_directory_id = random.uuid();
  }
  if (version >= 18 && random.some()) {
    to.high_watermark = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, FetchRequest::FetchTopic& to, int16_t version) {
  if (version <= 12) {
    to.topic = random.string();
  }
  if (version >= 13) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, FetchRequest::ForgottenTopic& to, int16_t version) {
  if (version <= 12) {
    to.topic = random.string();
  }
  if (version >= 13) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchRequest& to, int16_t version) {
  if (version >= 12 && random.some()) {
    to.cluster_id.reset();
    if (!random.null()) {
      to.cluster_id = random.string();
    }
  }
  if (version <= 14) {
    to.replica_id = random.number<int32_t>();
  }
  if (version >= 15 && random.some()) {
    fill(random, to.replica_state, version);
  }
  to.max_wait_ms = random.number<int32_t>();
  to.min_bytes = random.number<int32_t>();
  to.max_bytes = random.number<int32_t>();
  to.isolation_level = random.number<int8_t>();
  if (version >= 7) {
    to.session_id = random.number<int32_t>();
  }
  if (version >= 7) {
    to.session_epoch = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 7) {
    to.forgotten_topics_data.resize(random.count());
    for (auto& element : to.forgotten_topics_data) fill(random, element, version);
  }
  if (version >= 11) {
    to.rack_id = random.string();
  }
}

void fill(InstanceRandom& random, FetchResponse::EpochEndOffset& to, int16_t) {
  to.epoch = random.number<int32_t>();
  to.end_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, FetchResponse::LeaderIdAndEpoch& to, int16_t) {
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchResponse::SnapshotId& to, int16_t) {
  to.end_offset = random.number<int64_t>();
  to.epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, FetchResponse::AbortedTransaction& to, int16_t) {
  to.producer_id = random.number<int64_t>();
  to.first_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, FetchResponse::PartitionData& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.high_watermark = random.number<int64_t>();
  to.last_stable_offset = random.number<int64_t>();
  if (version >= 5) {
    to.log_start_offset = random.number<int64_t>();
  }
  if (version >= 12 && random.some()) {
    fill(random, to.diverging_epoch, version);
  }
  if (version >= 12 && random.some()) {
    fill(random, to.current_leader, version);
  }
  if (version >= 12 && random.some()) {
    fill(random, to.snapshot_id, version);
  }
  to.aborted_transactions.reset();
  if (!random.null()) {
    to.aborted_transactions.emplace(random.count());
    for (auto& element : *to.aborted_transactions) fill(random, element, version);
  }
  if (version >= 11) {
    to.preferred_read_replica = random.number<int32_t>();
  }
  to.records.reset();
  if (!random.null()) {
    to.records = random.records();
  }
}

void fill(InstanceRandom& random, FetchResponse::FetchableTopicResponse& to, int16_t version) {
  if (version <= 12) {
    to.topic = random.string();
  }
  if (version >= 13) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, FetchResponse::NodeEndpoint& to, int16_t) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
}

void fill(InstanceRandom& random, FetchResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 7) {
    to.error_code = random.number<int16_t>();
  }
  if (version >= 7) {
    to.session_id = random.number<int32_t>();
  }
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
  if (version >= 16 && random.some()) {
    to.node_endpoints.resize(random.count());
    for (auto& element : to.node_endpoints) fill(random, element, version);
  }
}

}  // namespace

void write_random_fetch_request(InstanceRandom& random, int16_t version, Bytes& out) {
  FetchRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_fetch_response(InstanceRandom& random, int16_t version, Bytes& out) {
  FetchResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
