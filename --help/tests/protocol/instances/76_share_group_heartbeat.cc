// Generated from protocol/schema/76_share_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/share_group_heartbeat_request.h"
#include "protocol/messages/share_group_heartbeat_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ShareGroupHeartbeatRequest& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
  to.member_epoch = random.number<int32_t>();
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.subscribed_topic_names.reset();
  if (!random.null()) {
    to.subscribed_topic_names.emplace(random.count());
    for (auto& element : *to.subscribed_topic_names) element = random.string();
  }
}

void fill(InstanceRandom& random, ShareGroupHeartbeatResponse::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareGroupHeartbeatResponse::Assignment& to, int16_t version) {
  to.topic_partitions.resize(random.count());
  for (auto& element : to.topic_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareGroupHeartbeatResponse& to, int16_t version) {
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

void write_random_share_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupHeartbeatRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupHeartbeatResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
