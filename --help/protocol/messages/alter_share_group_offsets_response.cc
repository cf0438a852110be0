// Generated from protocol/schema/91_alter_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/alter_share_group_offsets_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponsePartition::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponsePartition::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponseTopic::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 8, sizeof(AlterShareGroupOffsetsResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterShareGroupOffsetsResponse::AlterShareGroupOffsetsResponseTopic::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterShareGroupOffsetsResponse::read(Reader& reader, int16_t version) {
  *this = AlterShareGroupOffsetsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  responses.resize(reader.array(true, 19, sizeof(AlterShareGroupOffsetsResponseTopic)));
  for (auto& element : responses) element.read(reader, version);
  reader.skip_tags();
}

void AlterShareGroupOffsetsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_share_group_offsets_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterShareGroupOffsetsResponse>(in, version, out);
}

}  // namespace klamm::protocol
