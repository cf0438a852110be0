// Generated from protocol/schema/92_delete_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/delete_share_group_offsets_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteShareGroupOffsetsResponse::DeleteShareGroupOffsetsResponseTopic::read(Reader& reader, int16_t) {
  topic_name = reader.string(true);
  topic_id = reader.uuid();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void DeleteShareGroupOffsetsResponse::DeleteShareGroupOffsetsResponseTopic::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.uuid(topic_id);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void DeleteShareGroupOffsetsResponse::read(Reader& reader, int16_t version) {
  *this = DeleteShareGroupOffsetsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  responses.resize(reader.array(true, 21, sizeof(DeleteShareGroupOffsetsResponseTopic)));
  for (auto& element : responses) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupOffsetsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.no_tags();
}

bool recode_delete_share_group_offsets_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteShareGroupOffsetsResponse>(in, version, out);
}

}  // namespace klamm::protocol
