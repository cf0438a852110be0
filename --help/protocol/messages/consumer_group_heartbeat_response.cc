// Generated from protocol/schema/68_consumer_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/consumer_group_heartbeat_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupHeartbeatResponse::TopicPartitions::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ConsumerGroupHeartbeatResponse::TopicPartitions::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ConsumerGroupHeartbeatResponse::Assignment::read(Reader& reader, int16_t version) {
  topic_partitions.resize(reader.array(true, 18, sizeof(TopicPartitions)));
  for (auto& element : topic_partitions) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupHeartbeatResponse::Assignment::write(Writer& writer, int16_t version) const {
  writer.array(true, topic_partitions.size());
  for (const auto& element : topic_partitions) element.write(writer, version);
  writer.no_tags();
}

void ConsumerGroupHeartbeatResponse::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupHeartbeatResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  member_id = reader.nullable_string(true);
  member_epoch = reader.i32();
  heartbeat_interval_ms = reader.i32();
  assignment.reset();
  if (reader.nullable_struct()) {
    assignment.emplace().read(reader, version);
  }
  reader.skip_tags();
}

void ConsumerGroupHeartbeatResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.nullable_string(true, member_id);
  writer.i32(member_epoch);
  writer.i32(heartbeat_interval_ms);
  writer.nullable_struct(assignment.has_value());
  if (assignment) assignment->write(writer, version);
  writer.no_tags();
}

bool recode_consumer_group_heartbeat_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupHeartbeatResponse>(in, version, out);
}

}  // namespace klamm::protocol
