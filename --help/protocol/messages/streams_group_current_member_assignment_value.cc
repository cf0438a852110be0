// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_current_member_assignment_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupCurrentMemberAssignmentValue::TaskIds::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
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

void StreamsGroupCurrentMemberAssignmentValue::TaskIds::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
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

void StreamsGroupCurrentMemberAssignmentValue::read(Reader& reader, int16_t version) {
  *this = StreamsGroupCurrentMemberAssignmentValue{};
  member_epoch = reader.i32();
  previous_member_epoch = reader.i32();
  state = reader.i8();
  active_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : active_tasks) element.read(reader, version);
  standby_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : standby_tasks) element.read(reader, version);
  warmup_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : warmup_tasks) element.read(reader, version);
  active_tasks_pending_revocation.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : active_tasks_pending_revocation) element.read(reader, version);
  standby_tasks_pending_revocation.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : standby_tasks_pending_revocation) element.read(reader, version);
  warmup_tasks_pending_revocation.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : warmup_tasks_pending_revocation) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupCurrentMemberAssignmentValue::write(Writer& writer, int16_t version) const {
  writer.i32(member_epoch);
  writer.i32(previous_member_epoch);
  writer.i8(state);
  writer.array(true, active_tasks.size());
  for (const auto& element : active_tasks) element.write(writer, version);
  writer.array(true, standby_tasks.size());
  for (const auto& element : standby_tasks) element.write(writer, version);
  writer.array(true, warmup_tasks.size());
  for (const auto& element : warmup_tasks) element.write(writer, version);
  writer.array(true, active_tasks_pending_revocation.size());
  for (const auto& element : active_tasks_pending_revocation) element.write(writer, version);
  writer.array(true, standby_tasks_pending_revocation.size());
  for (const auto& element : standby_tasks_pending_revocation) element.write(writer, version);
  writer.array(true, warmup_tasks_pending_revocation.size());
  for (const auto& element : warmup_tasks_pending_revocation) element.write(writer, version);
  writer.no_tags();
}

bool recode_streams_group_current_member_assignment_value(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupCurrentMemberAssignmentValue>(in, version, out);
}

}  // namespace klamm::protocol
