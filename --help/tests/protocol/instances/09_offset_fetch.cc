// Generated from protocol/schema/09_offset_fetch.kmsg; not to be edited.
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, OffsetFetchRequest::OffsetFetchRequestTopic& to, int16_t) {
  to.name = random.string();
  to.partition_indexes.resize(random.count());
  for (auto& element : to.partition_indexes) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, OffsetFetchRequest::OffsetFetchRequestTopics& to, int16_t version) {
  if (version <= 9) {
    to.name = random.string();
  }
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  to.partition_indexes.resize(random.count());
  for (auto& element : to.partition_indexes) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, OffsetFetchRequest::OffsetFetchRequestGroup& to, int16_t version) {
  to.group_id = random.string();
  if (version >= 9) {
    to.member_id.reset();
    if (!random.null()) {
      to.member_id = random.string();
    }
  }
  if (version >= 9) {
    to.member_epoch = random.number<int32_t>();
  }
  to.topics.reset();
  if (!random.null()) {
    to.topics.emplace(random.count());
    for (auto& element : *to.topics) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, OffsetFetchRequest& to, int16_t version) {
  if (version <= 7) {
    to.group_id = random.string();
  }
  if (version <= 7) {
    to.topics.reset();
    if ((!(version >= 2) || !random.null())) {
      to.topics.emplace(random.count());
      for (auto& element : *to.topics) fill(random, element, version);
    }
  }
  if (version >= 8) {
    to.groups.resize(random.count());
    for (auto& element : to.groups) fill(random, element, version);
  }
  if (version >= 7) {
    to.require_stable = random.boolean();
  }
}

void fill(InstanceRandom& random, OffsetFetchResponse::OffsetFetchResponsePartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.committed_offset = random.number<int64_t>();
  if (version >= 5) {
    to.committed_leader_epoch = random.number<int32_t>();
  }
  to.metadata.reset();
  if (!random.null()) {
    to.metadata = random.string();
  }
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, OffsetFetchResponse::OffsetFetchResponseTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetFetchResponse::OffsetFetchResponsePartitions& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.committed_offset = random.number<int64_t>();
  to.committed_leader_epoch = random.number<int32_t>();
  to.metadata.reset();
  if (!random.null()) {
    to.metadata = random.string();
  }
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, OffsetFetchResponse::OffsetFetchResponseTopics& to, int16_t version) {
  if (version <= 9) {
    to.name = random.string();
  }
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, OffsetFetchResponse::OffsetFetchResponseGroup& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, OffsetFetchResponse& to, int16_t version) {
  if (version >= 3) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  if (version <= 7) {
    to.topics.resize(random.count());
    for (auto& element : to.topics) fill(random, element, version);
  }
  if (version >= 2 && version <= 7) {
    to.error_code = random.number<int16_t>();
  }
  if (version >= 8) {
    to.groups.resize(random.count());
    for (auto& element : to.groups) fill(random, element, version);
  }
}

}  // namespace

void write_random_offset_fetch_request(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetFetchRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_fetch_response(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetFetchResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
