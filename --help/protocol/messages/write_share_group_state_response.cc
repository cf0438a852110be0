// Generated from protocol/schema/85_write_share_group_state.kmsg; not to be edited.
#include "protocol/messages/write_share_group_state_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void WriteShareGroupStateResponse::PartitionResult::read(Reader& reader, int16_t) {
  partition = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void WriteShareGroupStateResponse::PartitionResult::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void WriteShareGroupStateResponse::WriteStateResult::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 8, sizeof(PartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void WriteShareGroupStateResponse::WriteStateResult::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void WriteShareGroupStateResponse::read(Reader& reader, int16_t version) {
  *this = WriteShareGroupStateResponse{};
  results.resize(reader.array(true, 18, sizeof(WriteStateResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void WriteShareGroupStateResponse::write(Writer& writer, int16_t version) const {
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_write_share_group_state_response(ByteView in, int16_t version, Bytes& out) {
  return recode<WriteShareGroupStateResponse>(in, version, out);
}

}  // namespace klamm::protocol
