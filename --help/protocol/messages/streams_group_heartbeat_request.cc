// Generated from protocol/schema/88_streams_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/streams_group_heartbeat_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupHeartbeatRequest::KeyValue::read(Reader& reader, int16_t) {
  key = reader.string(true);
  value = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::KeyValue::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.string(true, value);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::TopicInfo::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions = reader.i32();
  replication_factor = reader.i16();
  topic_configs.resize(reader.array(true, 3, sizeof(KeyValue)));
  for (auto& element : topic_configs) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::TopicInfo::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.i32(partitions);
  writer.i16(replication_factor);
  writer.array(true, topic_configs.size());
  for (const auto& element : topic_configs) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::Endpoint::read(Reader& reader, int16_t) {
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::Endpoint::write(Writer& writer, int16_t) const {
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::TaskOffset::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partition = reader.i32();
  offset = reader.i64();
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::TaskOffset::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.i32(partition);
  writer.i64(offset);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::TaskIds::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::TaskIds::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::CopartitionGroup::read(Reader& reader, int16_t) {
  source_topics.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : source_topics) element = reader.i16();
  source_topic_regex.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : source_topic_regex) element = reader.i16();
  repartition_source_topics.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : repartition_source_topics) element = reader.i16();
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::CopartitionGroup::write(Writer& writer, int16_t) const {
  writer.array(true, source_topics.size());
  for (const auto& element : source_topics) writer.i16(element);
  writer.array(true, source_topic_regex.size());
  for (const auto& element : source_topic_regex) writer.i16(element);
  writer.array(true, repartition_source_topics.size());
  for (const auto& element : repartition_source_topics) writer.i16(element);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::Subtopology::read(Reader& reader, int16_t version) {
  subtopology_id = reader.string(true);
  source_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : source_topics) element = reader.string(true);
  source_topic_regex.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : source_topic_regex) element = reader.string(true);
  state_changelog_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : state_changelog_topics) element.read(reader, version);
  repartition_sink_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : repartition_sink_topics) element = reader.string(true);
  repartition_source_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : repartition_source_topics) element.read(reader, version);
  copartition_groups.resize(reader.array(true, 4, sizeof(CopartitionGroup)));
  for (auto& element : copartition_groups) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::Subtopology::write(Writer& writer, int16_t version) const {
  writer.string(true, subtopology_id);
  writer.array(true, source_topics.size());
  for (const auto& element : source_topics) writer.string(true, element);
  writer.array(true, source_topic_regex.size());
  for (const auto& element : source_topic_regex) writer.string(true, element);
  writer.array(true, state_changelog_topics.size());
  for (const auto& element : state_changelog_topics) element.write(writer, version);
  writer.array(true, repartition_sink_topics.size());
  for (const auto& element : repartition_sink_topics) writer.string(true, element);
  writer.array(true, repartition_source_topics.size());
  for (const auto& element : repartition_source_topics) element.write(writer, version);
  writer.array(true, copartition_groups.size());
  for (const auto& element : copartition_groups) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::Topology::read(Reader& reader, int16_t version) {
  epoch = reader.i32();
  subtopologies.resize(reader.array(true, 8, sizeof(Subtopology)));
  for (auto& element : subtopologies) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::Topology::write(Writer& writer, int16_t version) const {
  writer.i32(epoch);
  writer.array(true, subtopologies.size());
  for (const auto& element : subtopologies) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupHeartbeatRequest::read(Reader& reader, int16_t version) {
  *this = StreamsGroupHeartbeatRequest{};
  group_id = reader.string(true);
  member_id = reader.string(true);
  member_epoch = reader.i32();
  endpoint_information_epoch = reader.i32();
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  rebalance_timeout_ms = reader.i32();
  topology.reset();
  if (reader.nullable_struct()) {
    topology.emplace().read(reader, version);
  }
  active_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    active_tasks.emplace(*count);
    for (auto& element : *active_tasks) element.read(reader, version);
  }
  standby_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    standby_tasks.emplace(*count);
    for (auto& element : *standby_tasks) element.read(reader, version);
  }
  warmup_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    warmup_tasks.emplace(*count);
    for (auto& element : *warmup_tasks) element.read(reader, version);
  }
  process_id = reader.nullable_string(true);
  user_endpoint.reset();
  if (reader.nullable_struct()) {
    user_endpoint.emplace().read(reader, version);
  }
  client_tags.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(KeyValue))) {
    client_tags.emplace(*count);
    for (auto& element : *client_tags) element.read(reader, version);
  }
  task_offsets.reset();
  if (auto count = reader.nullable_array(true, 14, sizeof(TaskOffset))) {
    task_offsets.emplace(*count);
    for (auto& element : *task_offsets) element.read(reader, version);
  }
  task_end_offsets.reset();
  if (auto count = reader.nullable_array(true, 14, sizeof(TaskOffset))) {
    task_end_offsets.emplace(*count);
    for (auto& element : *task_end_offsets) element.read(reader, version);
  }
  shutdown_application = reader.boolean();
  reader.skip_tags();
}

void StreamsGroupHeartbeatRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.string(true, member_id);
  writer.i32(member_epoch);
  writer.i32(endpoint_information_epoch);
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.i32(rebalance_timeout_ms);
  writer.nullable_struct(topology.has_value());
  if (topology) topology->write(writer, version);
  if (active_tasks) {
    writer.array(true, active_tasks->size());
    for (const auto& element : *active_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (standby_tasks) {
    writer.array(true, standby_tasks->size());
    for (const auto& element : *standby_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (warmup_tasks) {
    writer.array(true, warmup_tasks->size());
    for (const auto& element : *warmup_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.nullable_string(true, process_id);
  writer.nullable_struct(user_endpoint.has_value());
  if (user_endpoint) user_endpoint->write(writer, version);
  if (client_tags) {
    writer.array(true, client_tags->size());
    for (const auto& element : *client_tags) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (task_offsets) {
    writer.array(true, task_offsets->size());
    for (const auto& element : *task_offsets) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (task_end_offsets) {
    writer.array(true, task_end_offsets->size());
    for (const auto& element : *task_end_offsets) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.boolean(shutdown_application);
  writer.no_tags();
}

bool recode_streams_group_heartbeat_request(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupHeartbeatRequest>(in, version, out);
}

}  // namespace klamm::protocol
