// Generated from protocol/schema/47_offset_delete.kmsg; not to be edited.
#include "protocol/messages/offset_delete_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetDeleteRequest::OffsetDeleteRequestPartition::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
}

void OffsetDeleteRequest::OffsetDeleteRequestPartition::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
}

void OffsetDeleteRequest::OffsetDeleteRequestTopic::read(Reader& reader, int16_t version) {
  name = reader.string(false);
  partitions.resize(reader.array(false, 4, sizeof(OffsetDeleteRequestPartition)));
  for (auto& element : partitions) element.read(reader, version);
}

void OffsetDeleteRequest::OffsetDeleteRequestTopic::write(Writer& writer, int16_t version) const {
  writer.string(false, name);
  writer.array(false, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
}

void OffsetDeleteRequest::read(Reader& reader, int16_t version) {
  *this = OffsetDeleteRequest{};
  group_id = reader.string(false);
  topics.resize(reader.array(false, 6, sizeof(OffsetDeleteRequestTopic)));
  for (auto& element : topics) element.read(reader, version);
}

void OffsetDeleteRequest::write(Writer& writer, int16_t version) const {
  writer.string(false, group_id);
  writer.array(false, topics.size());
  for (const auto& element : topics) element.write(writer, version);
}

bool recode_offset_delete_request(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetDeleteRequest>(in, version, out);
}

}  // namespace klamm::protocol
