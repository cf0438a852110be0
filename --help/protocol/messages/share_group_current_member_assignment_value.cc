// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_current_member_assignment_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupCurrentMemberAssignmentValue::TopicPartitions::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ShareGroupCurrentMemberAssignmentValue::TopicPartitions::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ShareGroupCurrentMemberAssignmentValue::read(Reader& reader, int16_t version) {
  *this = ShareGroupCurrentMemberAssignmentValue{};
  member_epoch = reader.i32();
  previous_member_epoch = reader.i32();
  state = reader.i8();
  assigned_partitions.resize(reader.array(true, 18, sizeof(TopicPartitions)));
  for (auto& element : assigned_partitions) element.read(reader, version);
  reader.skip_tags();
}

void ShareGroupCurrentMemberAssignmentValue::write(Writer& writer, int16_t version) const {
  writer.i32(member_epoch);
  writer.i32(previous_member_epoch);
  writer.i8(state);
  writer.array(true, assigned_partitions.size());
  for (const auto& element : assigned_partitions) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_group_current_member_assignment_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupCurrentMemberAssignmentValue>(in, version, out);
}

}  // namespace klamm::protocol
