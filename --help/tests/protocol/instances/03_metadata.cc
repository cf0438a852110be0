// Generated from protocol/schema/03_metadata.kmsg; not to be edited.
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, MetadataRequest::MetadataRequestTopic& to, int16_t version) {
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  to.name.reset();
  if ((!(version >= 10) || !random.null())) {
    to.name = random.string();
  }
}

void fill(InstanceRandom& random, MetadataRequest& to, int16_t version) {
  to.topics.reset();
  if ((!(version >= 1) || !random.null())) {
    to.topics.emplace(random.count());
    for (auto& element : *to.topics) fill(random, element, version);
  }
  if (version >= 4) {
    to.allow_auto_topic_creation = random.boolean();
  }
  if (version >= 8 && version <= 10) {
    to.include_cluster_authorized_operations = random.boolean();
  }
  if (version >= 8) {
    to.include_topic_authorized_operations = random.boolean();
  }
}

void fill(InstanceRandom& random, MetadataResponse::MetadataResponseBroker& to, int16_t version) {
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  if (version >= 1) {
    to.rack.reset();
    if (!random.null()) {
      to.rack = random.string();
    }
  }
}

void fill(InstanceRandom& random, MetadataResponse::MetadataResponsePartition& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.partition_index = random.number<int32_t>();
  to.leader_id = random.number<int32_t>();
  if (version >= 7) {
    to.leader_epoch = random.number<int32_t>();
  }
  to.replica_nodes.resize(random.count());
  for (auto& element : to.replica_nodes) element = random.number<int32_t>();
  to.isr_nodes.resize(random.count());
  for (auto& element : to.isr_nodes) element = random.number<int32_t>();
  if (version >= 5) {
    to.offline_replicas.resize(random.count());
    for (auto& element : to.offline_replicas) element = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, MetadataResponse::MetadataResponseTopic& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.name.reset();
  if ((!(version >= 12) || !random.null())) {
    to.name = random.string();
  }
  if (version >= 10) {
    to.topic_id = random.uuid();
  }
  if (version >= 1) {
    to.is_internal = random.boolean();
  }
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
  if (version >= 8) {
    to.topic_authorized_operations = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, MetadataResponse& to, int16_t version) {
  if (version >= 3) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.brokers.resize(random.count());
  for (auto& element : to.brokers) fill(random, element, version);
  if (version >= 2) {
    to.cluster_id.reset();
    if (!random.null()) {
      to.cluster_id = random.string();
    }
  }
  if (version >= 1) {
    to.controller_id = random.number<int32_t>();
  }
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 8 && version <= 10) {
    to.cluster_authorized_operations = random.number<int32_t>();
  }
  if (version >= 13) {
    to.error_code = random.number<int16_t>();
  }
}

}  // namespace

void write_random_metadata_request(InstanceRandom& random, int16_t version, Bytes& out) {
  MetadataRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_metadata_response(InstanceRandom& random, int16_t version, Bytes& out) {
  MetadataResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
