// Generated from protocol/schema/68_consumer_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/consumer_group_heartbeat_request.h"
#include "protocol/messages/consumer_group_heartbeat_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ConsumerGroupHeartbeatRequest::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerGroupHeartbeatRequest& to, int16_t version) {
  to.group_id = random.string();
  to.member_id = random.string();
  to.member_epoch = random.number<int32_t>();
  to.instance_id.reset();
  if (!random.null()) {
    to.instance_id = random.string();
  }
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.rebalance_timeout_ms = random.number<int32_t>();
  to.subscribed_topic_names.reset();
  if (!random.null()) {
    to.subscribed_topic_names.emplace(random.count());
    for (auto& element : *to.subscribed_topic_names) element = random.string();
  }
  if (version >= 1) {
    to.subscribed_topic_regex.reset();
    if (!random.null()) {
      to.subscribed_topic_regex = random.string();
    }
  }
  to.server_assignor.reset();
  if (!random.null()) {
    to.server_assignor = random.string();
  }
  to.topic_partitions.reset();
  if (!random.null()) {
    to.topic_partitions.emplace(random.count());
    for (auto& element : *to.topic_partitions) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, ConsumerGroupHeartbeatResponse::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerGroupHeartbeatResponse::Assignment& to, int16_t version) {
  to.topic_partitions.resize(random.count());
  for (auto& element : to.topic_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupHeartbeatResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.member_id.reset();
  if (!random.null()) {
    to.member_id = random.string();
  }
  to.member_epoch = random.number<int32_t>();
  to.heartbeat_interval_ms = random.number<int32_t>();
  to.assignment.reset();
  if (!random.null()) {
    fill(random, to.assignment.emplace(), version);
  }
}

}  // namespace

void write_random_consumer_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupHeartbeatRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupHeartbeatResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
