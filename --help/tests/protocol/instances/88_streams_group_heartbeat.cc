// Generated from protocol/schema/88_streams_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/streams_group_heartbeat_request.h"
#include "protocol/messages/streams_group_heartbeat_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::KeyValue& to, int16_t) {
  to.key = random.string();
  to.value = random.string();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::TopicInfo& to, int16_t version) {
  to.name = random.string();
  to.partitions = random.number<int32_t>();
  to.replication_factor = random.number<int16_t>();
  to.topic_configs.resize(random.count());
  for (auto& element : to.topic_configs) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::Endpoint& to, int16_t) {
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::TaskOffset& to, int16_t) {
  to.subtopology_id = random.string();
  to.partition = random.number<int32_t>();
  to.offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::TaskIds& to, int16_t) {
  to.subtopology_id = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::CopartitionGroup& to, int16_t) {
  to.source_topics.resize(random.count());
  for (auto& element : to.source_topics) element = random.number<int16_t>();
  to.source_topic_regex.resize(random.count());
  for (auto& element : to.source_topic_regex) element = random.number<int16_t>();
  to.repartition_source_topics.resize(random.count());
  for (auto& element : to.repartition_source_topics) element = random.number<int16_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::Subtopology& to, int16_t version) {
  to.subtopology_id = random.string();
  to.source_topics.resize(random.count());
  for (auto& element : to.source_topics) element = random.string();
  to.source_topic_regex.resize(random.count());
  for (auto& element : to.source_topic_regex) element = random.string();
  to.state_changelog_topics.resize(random.count());
  for (auto& element : to.state_changelog_topics) fill(random, element, version);
  to.repartition_sink_topics.resize(random.count());
  for (auto& element : to.repartition_sink_topics) element = random.string();
  to.repartition_source_topics.resize(random.count());
  for (auto& element : to.repartition_source_topics) fill(random, element, version);
  to.copartition_groups.resize(random.count());
  for (auto& element : to.copartition_groups) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest::Topology& to, int16_t version) {
  to.epoch = random.number<int32_t>();
  to.subtopologies.resize(random.count());
  for (auto& element : to.subtopologies) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatRequest& to, int16_t version) {
  to.group_id = random.string();
  to.member_id = random.string();
  to.member_epoch = random.number<int32_t>();
  to.endpoint_information_epoch = random.number<int32_t>();
  to.instance_id.reset();
  if (!random.null()) {
    to.instance_id = random.string();
  }
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.rebalance_timeout_ms = random.number<int32_t>();
  to.topology.reset();
  if (!random.null()) {
    fill(random, to.topology.emplace(), version);
  }
  to.active_tasks.reset();
  if (!random.null()) {
    to.active_tasks.emplace(random.count());
    for (auto& element : *to.active_tasks) fill(random, element, version);
  }
  to.standby_tasks.reset();
  if (!random.null()) {
    to.standby_tasks.emplace(random.count());
    for (auto& element : *to.standby_tasks) fill(random, element, version);
  }
  to.warmup_tasks.reset();
  if (!random.null()) {
    to.warmup_tasks.emplace(random.count());
    for (auto& element : *to.warmup_tasks) fill(random, element, version);
  }
  to.process_id.reset();
  if (!random.null()) {
    to.process_id = random.string();
  }
  to.user_endpoint.reset();
  if (!random.null()) {
    fill(random, to.user_endpoint.emplace(), version);
  }
  to.client_tags.reset();
  if (!random.null()) {
    to.client_tags.emplace(random.count());
    for (auto& element : *to.client_tags) fill(random, element, version);
  }
  to.task_offsets.reset();
  if (!random.null()) {
    to.task_offsets.emplace(random.count());
    for (auto& element : *to.task_offsets) fill(random, element, version);
  }
  to.task_end_offsets.reset();
  if (!random.null()) {
    to.task_end_offsets.emplace(random.count());
    for (auto& element : *to.task_end_offsets) fill(random, element, version);
  }
  to.shutdown_application = random.boolean();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse::Status& to, int16_t) {
  to.status_code = random.number<int8_t>();
  to.status_detail = random.string();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse::TopicPartition& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse::TaskIds& to, int16_t) {
  to.subtopology_id = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse::Endpoint& to, int16_t) {
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse::EndpointToPartitions& to, int16_t version) {
  fill(random, to.user_endpoint, version);
  to.active_partitions.resize(random.count());
  for (auto& element : to.active_partitions) fill(random, element, version);
  to.standby_partitions.resize(random.count());
  for (auto& element : to.standby_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupHeartbeatResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.member_id = random.string();
  to.member_epoch = random.number<int32_t>();
  to.heartbeat_interval_ms = random.number<int32_t>();
  to.acceptable_recovery_lag = random.number<int32_t>();
  to.task_offset_interval_ms = random.number<int32_t>();
  to.status.reset();
  if (!random.null()) {
    to.status.emplace(random.count());
    for (auto& element : *to.status) fill(random, element, version);
  }
  to.active_tasks.reset();
  if (!random.null()) {
    to.active_tasks.emplace(random.count());
    for (auto& element : *to.active_tasks) fill(random, element, version);
  }
  to.standby_tasks.reset();
  if (!random.null()) {
    to.standby_tasks.emplace(random.count());
    for (auto& element : *to.standby_tasks) fill(random, element, version);
  }
  to.warmup_tasks.reset();
  if (!random.null()) {
    to.warmup_tasks.emplace(random.count());
    for (auto& element : *to.warmup_tasks) fill(random, element, version);
  }
  to.endpoint_information_epoch = random.number<int32_t>();
  to.partitions_by_user_endpoint.reset();
  if (!random.null()) {
    to.partitions_by_user_endpoint.emplace(random.count());
    for (auto& element : *to.partitions_by_user_endpoint) fill(random, element, version);
  }
}

}  // namespace

void write_random_streams_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupHeartbeatRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupHeartbeatResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
