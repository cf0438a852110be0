// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_target_assignment_member_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupTargetAssignmentMemberValue::TaskIds::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void StreamsGroupTargetAssignmentMemberValue::TaskIds::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void StreamsGroupTargetAssignmentMemberValue::read(Reader& reader, int16_t version) {
  *this = StreamsGroupTargetAssignmentMemberValue{};
  active_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : active_tasks) element.read(reader, version);
  standby_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : standby_tasks) element.read(reader, version);
  warmup_tasks.resize(reader.array(true, 3, sizeof(TaskIds)));
  for (auto& element : warmup_tasks) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupTargetAssignmentMemberValue::write(Writer& writer, int16_t version) const {
  writer.array(true, active_tasks.size());
  for (const auto& element : active_tasks) element.write(writer, version);
  writer.array(true, standby_tasks.size());
  for (const auto& element : standby_tasks) element.write(writer, version);
  writer.array(true, warmup_tasks.size());
  for (const auto& element : warmup_tasks) element.write(writer, version);
  writer.no_tags();
}

bool recode_streams_group_target_assignment_member_value(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupTargetAssignmentMemberValue>(in, version, out);
}

}  // namespace klamm::protocol
