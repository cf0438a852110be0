// Generated from protocol/schema/45_alter_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/alter_partition_reassignments_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterPartitionReassignmentsResponse::ReassignablePartitionResponse::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void AlterPartitionReassignmentsResponse::ReassignablePartitionResponse::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void AlterPartitionReassignmentsResponse::ReassignableTopicResponse::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 8, sizeof(ReassignablePartitionResponse)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionReassignmentsResponse::ReassignableTopicResponse::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterPartitionReassignmentsResponse::read(Reader& reader, int16_t version) {
  *this = AlterPartitionReassignmentsResponse{};
  throttle_time_ms = reader.i32();
  if (version >= 1) {
    allow_replication_factor_change = reader.boolean();
  }
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  responses.resize(reader.array(true, 3, sizeof(ReassignableTopicResponse)));
  for (auto& element : responses) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionReassignmentsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  if (version >= 1) {
    writer.boolean(allow_replication_factor_change);
  }
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_partition_reassignments_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterPartitionReassignmentsResponse>(in, version, out);
}

}  // namespace klamm::protocol
