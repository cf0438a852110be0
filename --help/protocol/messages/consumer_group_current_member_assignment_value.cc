// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_current_member_assignment_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupCurrentMemberAssignmentValue::TopicPartitions::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      assignment_epochs.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        assignment_epochs.emplace(*count);
        for (auto& element : *assignment_epochs) element = reader.i32();
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void ConsumerGroupCurrentMemberAssignmentValue::TopicPartitions::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  const bool has_assignment_epochs = assignment_epochs.has_value();
  writer.uvarint(has_assignment_epochs);
  if (has_assignment_epochs) {
    const size_t tag = writer.begin_tag(0);
    if (assignment_epochs) {
      writer.array(true, assignment_epochs->size());
      for (const auto& element : *assignment_epochs) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

void ConsumerGroupCurrentMemberAssignmentValue::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupCurrentMemberAssignmentValue{};
  member_epoch = reader.i32();
  previous_member_epoch = reader.i32();
  state = reader.i8();
  assigned_partitions.resize(reader.array(true, 18, sizeof(TopicPartitions)));
  for (auto& element : assigned_partitions) element.read(reader, version);
  partitions_pending_revocation.resize(reader.array(true, 18, sizeof(TopicPartitions)));
  for (auto& element : partitions_pending_revocation) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupCurrentMemberAssignmentValue::write(Writer& writer, int16_t version) const {
  writer.i32(member_epoch);
  writer.i32(previous_member_epoch);
  writer.i8(state);
  writer.array(true, assigned_partitions.size());
  for (const auto& element : assigned_partitions) element.write(writer, version);
  writer.array(true, partitions_pending_revocation.size());
  for (const auto& element : partitions_pending_revocation) element.write(writer, version);
  writer.no_tags();
}

bool recode_consumer_group_current_member_assignment_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupCurrentMemberAssignmentValue>(in, version, out);
}

}  // namespace klamm::protocol
