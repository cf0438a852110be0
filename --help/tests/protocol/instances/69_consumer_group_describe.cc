// Generated from protocol/schema/69_consumer_group_describe.kmsg; not to be edited.
#include "protocol/messages/consumer_group_describe_request.h"
#include "protocol/messages/consumer_group_describe_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ConsumerGroupDescribeRequest& to, int16_t) {
  to.group_ids.resize(random.count());
  for (auto& element : to.group_ids) element = random.string();
  to.include_authorized_operations = random.boolean();
}

void fill(InstanceRandom& random, ConsumerGroupDescribeResponse::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerGroupDescribeResponse::Assignment& to, int16_t version) {
  to.topic_partitions.resize(random.count());
  for (auto& element : to.topic_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupDescribeResponse::Member& to, int16_t version) {
  to.member_id = random.string();
  to.instance_id.reset();
  if (!random.null()) {
    to.instance_id = random.string();
  }
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.member_epoch = random.number<int32_t>();
  to.client_id = random.string();
  to.client_host = random.string();
  to.subscribed_topic_names.resize(random.count());
  for (auto& element : to.subscribed_topic_names) element = random.string();
  to.subscribed_topic_regex.reset();
  if (!random.null()) {
    to.subscribed_topic_regex = random.string();
  }
  fill(random, to.assignment, version);
  fill(random, to.target_assignment, version);
  if (version >= 1) {
    to.member_type = random.number<int8_t>();
  }
}

void fill(InstanceRandom& random, ConsumerGroupDescribeResponse::DescribedGroup& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.group_id = random.string();
  to.group_state = random.string();
  to.group_epoch = random.number<int32_t>();
  to.assignment_epoch = random.number<int32_t>();
  to.assignor_name = random.string();
  to.members.resize(random.count());
  for (auto& element : to.members) fill(random, element, version);
  to.authorized_operations = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerGroupDescribeResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

}  // namespace

void write_random_consumer_group_describe_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupDescribeRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_describe_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupDescribeResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
