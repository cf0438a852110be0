// Generated from protocol/schema/19_create_topics.kmsg; not to be edited.
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, CreateTopicsRequest::CreatableReplicaAssignment& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.broker_ids.resize(random.count());
  for (auto& element : to.broker_ids) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, CreateTopicsRequest::CreatableTopicConfig& to, int16_t) {
  to.name = random.string();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
}

void fill(InstanceRandom& random, CreateTopicsRequest::CreatableTopic& to, int16_t version) {
  to.name = random.string();
  to.num_partitions = random.number<int32_t>();
  to.replication_factor = random.number<int16_t>();
  to.assignments.resize(random.count());
  for (auto& element : to.assignments) fill(random, element, version);
  to.configs.resize(random.count());
  for (auto& element : to.configs) fill(random, element, version);
}

void fill(InstanceRandom& random, CreateTopicsRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.timeout_ms = random.number<int32_t>();
  to.validate_only = random.boolean();
}

void fill(InstanceRandom& random, CreateTopicsResponse::CreatableTopicConfigs& to, int16_t) {
  to.name = random.string();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
  to.read_only = random.boolean();
  to.config_source = random.number<int8_t>();
  to.is_sensitive = random.boolean();
}

void fill(InstanceRandom& random, CreateTopicsResponse::CreatableTopicResult& to, int16_t version) {
  to.name = random.string();
  if (version >= 7) {
    to.topic_id = random.uuid();
  }
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  if (version >= 5 && random.some()) {
    to.topic_config_error_code = random.number<int16_t>();
  }
  if (version >= 5) {
    to.num_partitions = random.number<int32_t>();
  }
  if (version >= 5) {
    to.replication_factor = random.number<int16_t>();
  }
  if (version >= 5) {
    to.configs.reset();
    if (!random.null()) {
      to.configs.emplace(random.count());
      for (auto& element : *to.configs) fill(random, element, version);
    }
  }
}

void fill(InstanceRandom& random, CreateTopicsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_create_topics_request(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateTopicsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_create_topics_response(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateTopicsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
