// Generated from protocol/schema/45_alter_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/alter_partition_reassignments_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterPartitionReassignmentsRequest::ReassignablePartition::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  replicas.reset();
  if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
    replicas.emplace(*count);
    for (auto& element : *replicas) element = reader.i32();
  }
  reader.skip_tags();
}

void AlterPartitionReassignmentsRequest::ReassignablePartition::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  if (replicas) {
    writer.array(true, replicas->size());
    for (const auto& element : *replicas) writer.i32(element);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

void AlterPartitionReassignmentsRequest::ReassignableTopic::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 6, sizeof(ReassignablePartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionReassignmentsRequest::ReassignableTopic::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterPartitionReassignmentsRequest::read(Reader& reader, int16_t version) {
  *this = AlterPartitionReassignmentsRequest{};
  timeout_ms = reader.i32();
  if (version >= 1) {
    allow_replication_factor_change = reader.boolean();
  }
  topics.resize(reader.array(true, 3, sizeof(ReassignableTopic)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionReassignmentsRequest::write(Writer& writer, int16_t version) const {
  writer.i32(timeout_ms);
  if (version >= 1) {
    writer.boolean(allow_replication_factor_change);
  }
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_partition_reassignments_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterPartitionReassignmentsRequest>(in, version, out);
}

}  // namespace klamm::protocol
