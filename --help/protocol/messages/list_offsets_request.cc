// Generated from protocol/schema/02_list_offsets.kmsg; not to be edited.
#include "protocol/messages/list_offsets_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListOffsetsRequest::ListOffsetsPartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  if (version >= 4) {
    current_leader_epoch = reader.i32();
  }
  timestamp = reader.i64();
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsRequest::ListOffsetsPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  if (version >= 4) {
    writer.i32(current_leader_epoch);
  }
  writer.i64(timestamp);
  if (version >= 6) {
    writer.no_tags();
  }
}

void ListOffsetsRequest::ListOffsetsTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 6 ? 17 : version >= 4 ? 16 : 12, sizeof(ListOffsetsPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsRequest::ListOffsetsTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 6) {
    writer.no_tags();
  }
}

void ListOffsetsRequest::read(Reader& reader, int16_t version) {
  *this = ListOffsetsRequest{};
  const bool flexible = version >= 6;
  replica_id = reader.i32();
  if (version >= 2) {
    isolation_level = reader.i8();
  }
  topics.resize(reader.array(flexible, version >= 6 ? 3 : 6, sizeof(ListOffsetsTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 10) {
    timeout_ms = reader.i32();
  }
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.i32(replica_id);
  if (version >= 2) {
    writer.i8(isolation_level);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 10) {
    writer.i32(timeout_ms);
  }
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_list_offsets_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ListOffsetsRequest>(in, version, out);
}

}  // namespace klamm::protocol
