// Generated from protocol/schema/75_describe_topic_partitions.kmsg; not to be edited.
#include "protocol/messages/describe_topic_partitions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition::read(Reader& reader, int16_t) {
  error_code = reader.i16();
  partition_index = reader.i32();
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  replica_nodes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : replica_nodes) element = reader.i32();
  isr_nodes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : isr_nodes) element = reader.i32();
  eligible_leader_replicas.reset();
  if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
    eligible_leader_replicas.emplace(*count);
    for (auto& element : *eligible_leader_replicas) element = reader.i32();
  }
  last_known_elr.reset();
  if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
    last_known_elr.emplace(*count);
    for (auto& element : *last_known_elr) element = reader.i32();
  }
  offline_replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : offline_replicas) element = reader.i32();
  reader.skip_tags();
}

void DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition::write(Writer& writer, int16_t) const {
  writer.i16(error_code);
  writer.i32(partition_index);
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.array(true, replica_nodes.size());
  for (const auto& element : replica_nodes) writer.i32(element);
  writer.array(true, isr_nodes.size());
  for (const auto& element : isr_nodes) writer.i32(element);
  if (eligible_leader_replicas) {
    writer.array(true, eligible_leader_replicas->size());
    for (const auto& element : *eligible_leader_replicas) writer.i32(element);
  } else {
    writer.null_array(true);
  }
  if (last_known_elr) {
    writer.array(true, last_known_elr->size());
    for (const auto& element : *last_known_elr) writer.i32(element);
  } else {
    writer.null_array(true);
  }
  writer.array(true, offline_replicas.size());
  for (const auto& element : offline_replicas) writer.i32(element);
  writer.no_tags();
}

void DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic::read(Reader& reader, int16_t version) {
  error_code = reader.i16();
  name = reader.nullable_string(true);
  topic_id = reader.uuid();
  is_internal = reader.boolean();
  partitions.resize(reader.array(true, 20, sizeof(DescribeTopicPartitionsResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  topic_authorized_operations = reader.i32();
  reader.skip_tags();
}

void DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.nullable_string(true, name);
  writer.uuid(topic_id);
  writer.boolean(is_internal);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.i32(topic_authorized_operations);
  writer.no_tags();
}

void DescribeTopicPartitionsResponse::Cursor::read(Reader& reader, int16_t) {
  topic_name = reader.string(true);
  partition_index = reader.i32();
  reader.skip_tags();
}

void DescribeTopicPartitionsResponse::Cursor::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.i32(partition_index);
  writer.no_tags();
}

void DescribeTopicPartitionsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeTopicPartitionsResponse{};
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(true, 26, sizeof(DescribeTopicPartitionsResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
  next_cursor.reset();
  if (reader.nullable_struct()) {
    next_cursor.emplace().read(reader, version);
  }
  reader.skip_tags();
}

void DescribeTopicPartitionsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.nullable_struct(next_cursor.has_value());
  if (next_cursor) next_cursor->write(writer, version);
  writer.no_tags();
}

bool recode_describe_topic_partitions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeTopicPartitionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
