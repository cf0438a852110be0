// Generated from protocol/schema/69_consumer_group_describe.kmsg; not to be edited.
#include "protocol/messages/consumer_group_describe_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupDescribeResponse::TopicPartitions::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ConsumerGroupDescribeResponse::TopicPartitions::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ConsumerGroupDescribeResponse::Assignment::read(Reader& reader, int16_t version) {
  topic_partitions.resize(reader.array(true, 19, sizeof(TopicPartitions)));
  for (auto& element : topic_partitions) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupDescribeResponse::Assignment::write(Writer& writer, int16_t version) const {
  writer.array(true, topic_partitions.size());
  for (const auto& element : topic_partitions) element.write(writer, version);
  writer.no_tags();
}

void ConsumerGroupDescribeResponse::Member::read(Reader& reader, int16_t version) {
  member_id = reader.string(true);
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  member_epoch = reader.i32();
  client_id = reader.string(true);
  client_host = reader.string(true);
  subscribed_topic_names.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : subscribed_topic_names) element = reader.string(true);
  subscribed_topic_regex = reader.nullable_string(true);
  assignment.read(reader, version);
  target_assignment.read(reader, version);
  if (version >= 1) {
    member_type = reader.i8();
  }
  reader.skip_tags();
}

void ConsumerGroupDescribeResponse::Member::write(Writer& writer, int16_t version) const {
  writer.string(true, member_id);
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.i32(member_epoch);
  writer.string(true, client_id);
  writer.string(true, client_host);
  writer.array(true, subscribed_topic_names.size());
  for (const auto& element : subscribed_topic_names) writer.string(true, element);
  writer.nullable_string(true, subscribed_topic_regex);
  assignment.write(writer, version);
  target_assignment.write(writer, version);
  if (version >= 1) {
    writer.i8(member_type);
  }
  writer.no_tags();
}

void ConsumerGroupDescribeResponse::DescribedGroup::read(Reader& reader, int16_t version) {
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  group_id = reader.string(true);
  group_state = reader.string(true);
  group_epoch = reader.i32();
  assignment_epoch = reader.i32();
  assignor_name = reader.string(true);
  members.resize(reader.array(true, version >= 1 ? 17 : 16, sizeof(Member)));
  for (auto& element : members) element.read(reader, version);
  authorized_operations = reader.i32();
  reader.skip_tags();
}

void ConsumerGroupDescribeResponse::DescribedGroup::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.string(true, group_id);
  writer.string(true, group_state);
  writer.i32(group_epoch);
  writer.i32(assignment_epoch);
  writer.string(true, assignor_name);
  writer.array(true, members.size());
  for (const auto& element : members) element.write(writer, version);
  writer.i32(authorized_operations);
  writer.no_tags();
}

void ConsumerGroupDescribeResponse::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupDescribeResponse{};
  throttle_time_ms = reader.i32();
  groups.resize(reader.array(true, 20, sizeof(DescribedGroup)));
  for (auto& element : groups) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupDescribeResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  writer.no_tags();
}

bool recode_consumer_group_describe_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupDescribeResponse>(in, version, out);
}

}  // namespace klamm::protocol
