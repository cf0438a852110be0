// Generated from protocol/schema/89_streams_group_describe.kmsg; not to be edited.
#include "protocol/messages/streams_group_describe_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupDescribeResponse::Endpoint::read(Reader& reader, int16_t) {
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::Endpoint::write(Writer& writer, int16_t) const {
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::TaskOffset::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partition = reader.i32();
  offset = reader.i64();
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::TaskOffset::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.i32(partition);
  writer.i64(offset);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::TaskIds::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::TaskIds::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::Assignment::read(Reader& reader, int16_t version) {
  active_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : active_tasks) element.read(reader, version);
  standby_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : standby_tasks) element.read(reader, version);
  warmup_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : warmup_tasks) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::Assignment::write(Writer& writer, int16_t version) const {
  writer.array(true, active_tasks.size());
  for (const auto& element : active_tasks) element.write(writer, version);
  writer.array(true, standby_tasks.size());
  for (const auto& element : standby_tasks) element.write(writer, version);
  writer.array(true, warmup_tasks.size());
  for (const auto& element : warmup_tasks) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::KeyValue::read(Reader& reader, int16_t) {
  key = reader.string(true);
  value = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::KeyValue::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.string(true, value);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::TopicInfo::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions = reader.i32();
  replication_factor = reader.i16();
  topic_configs.resize(reader.array(true, 3, sizeof(KeyValue)));
  for (auto& element : topic_configs) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::TopicInfo::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.i32(partitions);
  writer.i16(replication_factor);
  writer.array(true, topic_configs.size());
  for (const auto& element : topic_configs) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::Subtopology::read(Reader& reader, int16_t version) {
  subtopology_id = reader.string(true);
  source_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : source_topics) element = reader.string(true);
  repartition_sink_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : repartition_sink_topics) element = reader.string(true);
  state_changelog_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : state_changelog_topics) element.read(reader, version);
  repartition_source_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : repartition_source_topics) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::Subtopology::write(Writer& writer, int16_t version) const {
  writer.string(true, subtopology_id);
  writer.array(true, source_topics.size());
  for (const auto& element : source_topics) writer.string(true, element);
  writer.array(true, repartition_sink_topics.size());
  for (const auto& element : repartition_sink_topics) writer.string(true, element);
  writer.array(true, state_changelog_topics.size());
  for (const auto& element : state_changelog_topics) element.write(writer, version);
  writer.array(true, repartition_source_topics.size());
  for (const auto& element : repartition_source_topics) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::Topology::read(Reader& reader, int16_t version) {
  epoch = reader.i32();
  subtopologies.reset();
  if (auto count = reader.nullable_array(true, 6, sizeof(Subtopology))) {
    subtopologies.emplace(*count);
    for (auto& element : *subtopologies) element.read(reader, version);
  }
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::Topology::write(Writer& writer, int16_t version) const {
  writer.i32(epoch);
  if (subtopologies) {
    writer.array(true, subtopologies->size());
    for (const auto& element : *subtopologies) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

void StreamsGroupDescribeResponse::Member::read(Reader& reader, int16_t version) {
  member_id = reader.string(true);
  member_epoch = reader.i32();
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  client_id = reader.string(true);
  client_host = reader.string(true);
  topology_epoch = reader.i32();
  process_id = reader.string(true);
  user_endpoint.reset();
  if (reader.nullable_struct()) {
    user_endpoint.emplace().read(reader, version);
  }
  client_tags.resize(reader.array(true, 3, sizeof(KeyValue)));
  for (auto& element : client_tags) element.read(reader, version);
  task_offsets.resize(reader.array(true, 14, sizeof(TaskOffset)));
  for (auto& element : task_offsets) element.read(reader, version);
  task_end_offsets.resize(reader.array(true, 14, sizeof(TaskOffset)));
  for (auto& element : task_end_offsets) element.read(reader, version);
  assignment.read(reader, version);
  target_assignment.read(reader, version);
  is_classic = reader.boolean();
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::Member::write(Writer& writer, int16_t version) const {
  writer.string(true, member_id);
  writer.i32(member_epoch);
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.string(true, client_id);
  writer.string(true, client_host);
  writer.i32(topology_epoch);
  writer.string(true, process_id);
  writer.nullable_struct(user_endpoint.has_value());
  if (user_endpoint) user_endpoint->write(writer, version);
  writer.array(true, client_tags.size());
  for (const auto& element : client_tags) element.write(writer, version);
  writer.array(true, task_offsets.size());
  for (const auto& element : task_offsets) element.write(writer, version);
  writer.array(true, task_end_offsets.size());
  for (const auto& element : task_end_offsets) element.write(writer, version);
  assignment.write(writer, version);
  target_assignment.write(writer, version);
  writer.boolean(is_classic);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::DescribedGroup::read(Reader& reader, int16_t version) {
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  group_id = reader.string(true);
  group_state = reader.string(true);
  group_epoch = reader.i32();
  assignment_epoch = reader.i32();
  topology.reset();
  if (reader.nullable_struct()) {
    topology.emplace().read(reader, version);
  }
  members.resize(reader.array(true, 28, sizeof(Member)));
  for (auto& element : members) element.read(reader, version);
  authorized_operations = reader.i32();
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::DescribedGroup::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.string(true, group_id);
  writer.string(true, group_state);
  writer.i32(group_epoch);
  writer.i32(assignment_epoch);
  writer.nullable_struct(topology.has_value());
  if (topology) topology->write(writer, version);
  writer.array(true, members.size());
  for (const auto& element : members) element.write(writer, version);
  writer.i32(authorized_operations);
  writer.no_tags();
}

void StreamsGroupDescribeResponse::read(Reader& reader, int16_t version) {
  *this = StreamsGroupDescribeResponse{};
  throttle_time_ms = reader.i32();
  groups.resize(reader.array(true, 20, sizeof(DescribedGroup)));
  for (auto& element : groups) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupDescribeResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  writer.no_tags();
}

bool recode_streams_group_describe_response(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupDescribeResponse>(in, version, out);
}

}  // namespace klamm::protocol
