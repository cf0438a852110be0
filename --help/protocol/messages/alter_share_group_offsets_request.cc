// Generated from protocol/schema/91_alter_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/alter_share_group_offsets_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestPartition::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  start_offset = reader.i64();
  reader.skip_tags();
}

void AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestPartition::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i64(start_offset);
  writer.no_tags();
}

void AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestTopic::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 13, sizeof(AlterShareGroupOffsetsRequestPartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterShareGroupOffsetsRequest::AlterShareGroupOffsetsRequestTopic::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterShareGroupOffsetsRequest::read(Reader& reader, int16_t version) {
  *this = AlterShareGroupOffsetsRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 3, sizeof(AlterShareGroupOffsetsRequestTopic)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AlterShareGroupOffsetsRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_share_group_offsets_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterShareGroupOffsetsRequest>(in, version, out);
}

}  // namespace klamm::protocol
