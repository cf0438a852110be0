// Generated from protocol/schema/46_list_partition_reassignments.kmsg; not to be edited.
#include "protocol/messages/list_partition_reassignments_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListPartitionReassignmentsRequest::ListPartitionReassignmentsTopics::read(Reader& reader, int16_t) {
  name = reader.string(true);
  partition_indexes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partition_indexes) element = reader.i32();
  reader.skip_tags();
}

void ListPartitionReassignmentsRequest::ListPartitionReassignmentsTopics::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.array(true, partition_indexes.size());
  for (const auto& element : partition_indexes) writer.i32(element);
  writer.no_tags();
}

void ListPartitionReassignmentsRequest::read(Reader& reader, int16_t version) {
  *this = ListPartitionReassignmentsRequest{};
  timeout_ms = reader.i32();
  topics.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(ListPartitionReassignmentsTopics))) {
    topics.emplace(*count);
    for (auto& element : *topics) element.read(reader, version);
  }
  reader.skip_tags();
}

void ListPartitionReassignmentsRequest::write(Writer& writer, int16_t version) const {
  writer.i32(timeout_ms);
  if (topics) {
    writer.array(true, topics->size());
    for (const auto& element : *topics) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

bool recode_list_partition_reassignments_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ListPartitionReassignmentsRequest>(in, version, out);
}

}  // namespace klamm::protocol
