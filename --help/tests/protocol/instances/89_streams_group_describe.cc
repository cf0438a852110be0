// Generated from protocol/schema/89_streams_group_describe.kmsg; not to be edited.
#include "protocol/messages/streams_group_describe_request.h"
#include "protocol/messages/streams_group_describe_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, StreamsGroupDescribeRequest& to, int16_t) {
  to.group_ids.resize(random.count());
  for (auto& element : to.group_ids) element = random.string();
  to.include_authorized_operations = random.boolean();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::Endpoint& to, int16_t) {
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::TaskOffset& to, int16_t) {
  to.subtopology_id = random.string();
  to.partition = random.number<int32_t>();
  to.offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::TaskIds& to, int16_t) {
  to.subtopology_id = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::Assignment& to, int16_t version) {
  to.active_tasks.resize(random.count());
  for (auto& element : to.active_tasks) fill(random, element, version);
  to.standby_tasks.resize(random.count());
  for (auto& element : to.standby_tasks) fill(random, element, version);
  to.warmup_tasks.resize(random.count());
  for (auto& element : to.warmup_tasks) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::KeyValue& to, int16_t) {
  to.key = random.string();
  to.value = random.string();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::TopicInfo& to, int16_t version) {
  to.name = random.string();
  to.partitions = random.number<int32_t>();
  to.replication_factor = random.number<int16_t>();
  to.topic_configs.resize(random.count());
  for (auto& element : to.topic_configs) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::Subtopology& to, int16_t version) {
  to.subtopology_id = random.string();
  to.source_topics.resize(random.count());
  for (auto& element : to.source_topics) element = random.string();
  to.repartition_sink_topics.resize(random.count());
  for (auto& element : to.repartition_sink_topics) element = random.string();
  to.state_changelog_topics.resize(random.count());
  for (auto& element : to.state_changelog_topics) fill(random, element, version);
  to.repartition_source_topics.resize(random.count());
  for (auto& element : to.repartition_source_topics) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::Topology& to, int16_t version) {
  to.epoch = random.number<int32_t>();
  to.subtopologies.reset();
  if (!random.null()) {
    to.subtopologies.emplace(random.count());
    for (auto& element : *to.subtopologies) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::Member& to, int16_t version) {
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
  to.client_id = random.string();
  to.client_host = random.string();
  to.topology_epoch = random.number<int32_t>();
  to.process_id = random.string();
  to.user_endpoint.reset();
  if (!random.null()) {
    fill(random, to.user_endpoint.emplace(), version);
  }
  to.client_tags.resize(random.count());
  for (auto& element : to.client_tags) fill(random, element, version);
  to.task_offsets.resize(random.count());
  for (auto& element : to.task_offsets) fill(random, element, version);
  to.task_end_offsets.resize(random.count());
  for (auto& element : to.task_end_offsets) fill(random, element, version);
  fill(random, to.assignment, version);
  fill(random, to.target_assignment, version);
  to.is_classic = random.boolean();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse::DescribedGroup& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.group_id = random.string();
  to.group_state = random.string();
  to.group_epoch = random.number<int32_t>();
  to.assignment_epoch = random.number<int32_t>();
  to.topology.reset();
  if (!random.null()) {
    fill(random, to.topology.emplace(), version);
  }
  to.members.resize(random.count());
  for (auto& element : to.members) fill(random, element, version);
  to.authorized_operations = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupDescribeResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

}  // namespace

void write_random_streams_group_describe_request(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupDescribeRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_describe_response(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupDescribeResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
