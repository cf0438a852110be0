// Generated from protocol/schema/68_consumer_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/consumer_group_heartbeat_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupHeartbeatRequest::TopicPartitions::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ConsumerGroupHeartbeatRequest::TopicPartitions::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ConsumerGroupHeartbeatRequest::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupHeartbeatRequest{};
  group_id = reader.string(true);
  member_id = reader.string(true);
  member_epoch = reader.i32();
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  rebalance_timeout_ms = reader.i32();
  subscribed_topic_names.reset();
  if (auto count = reader.nullable_array(true, 1, sizeof(std::string_view))) {
    subscribed_topic_names.emplace(*count);
    for (auto& element : *subscribed_topic_names) element = reader.string(true);
  }
  if (version >= 1) {
    subscribed_topic_regex = reader.nullable_string(true);
  }
  server_assignor = reader.nullable_string(true);
  topic_partitions.reset();
  if (auto count = reader.nullable_array(true, 18, sizeof(TopicPartitions))) {
    topic_partitions.emplace(*count);
    for (auto& element : *topic_partitions) element.read(reader, version);
  }
  reader.skip_tags();
}

void ConsumerGroupHeartbeatRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.string(true, member_id);
  writer.i32(member_epoch);
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.i32(rebalance_timeout_ms);
  if (subscribed_topic_names) {
    writer.array(true, subscribed_topic_names->size());
    for (const auto& element : *subscribed_topic_names) writer.string(true, element);
  } else {
    writer.null_array(true);
  }
  if (version >= 1) {
    writer.nullable_string(true, subscribed_topic_regex);
  }
  writer.nullable_string(true, server_assignor);
  if (topic_partitions) {
    writer.array(true, topic_partitions->size());
    for (const auto& element : *topic_partitions) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

bool recode_consumer_group_heartbeat_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupHeartbeatRequest>(in, version, out);
}

}  // namespace klamm::protocol
