// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_target_assignment_member_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupTargetAssignmentMemberValue::TopicPartition::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ConsumerGroupTargetAssignmentMemberValue::TopicPartition::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ConsumerGroupTargetAssignmentMemberValue::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupTargetAssignmentMemberValue{};
  topic_partitions.resize(reader.array(true, 18, sizeof(TopicPartition)));
  for (auto& element : topic_partitions) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupTargetAssignmentMemberValue::write(Writer& writer, int16_t version) const {
  writer.array(true, topic_partitions.size());
  for (const auto& element : topic_partitions) element.write(writer, version);
  writer.no_tags();
}

bool recode_consumer_group_target_assignment_member_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupTargetAssignmentMemberValue>(in, version, out);
}

}  // namespace klamm::protocol
