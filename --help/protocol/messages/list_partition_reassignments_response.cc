// Generated from protocol/schema/46_list_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/list_partition_reassignments_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListPartitionReassignmentsResponse::OngoingPartitionReassignment::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : replicas) element = reader.i32();
  adding_replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : adding_replicas) element = reader.i32();
  removing_replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : removing_replicas) element = reader.i32();
  reader.skip_tags();
}

void ListPartitionReassignmentsResponse::OngoingPartitionReassignment::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.array(true, replicas.size());
  for (const auto& element : replicas) writer.i32(element);
  writer.array(true, adding_replicas.size());
  for (const auto& element : adding_replicas) writer.i32(element);
  writer.array(true, removing_replicas.size());
  for (const auto& element : removing_replicas) writer.i32(element);
  writer.no_tags();
}

void ListPartitionReassignmentsResponse::OngoingTopicReassignment::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 8, sizeof(OngoingPartitionReassignment)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ListPartitionReassignmentsResponse::OngoingTopicReassignment::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ListPartitionReassignmentsResponse::read(Reader& reader, int16_t version) {
  *this = ListPartitionReassignmentsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  topics.resize(reader.array(true, 3, sizeof(OngoingTopicReassignment)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void ListPartitionReassignmentsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_list_partition_reassignments_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ListPartitionReassignmentsResponse>(in, version, out);
}

}  // namespace klamm::protocol
