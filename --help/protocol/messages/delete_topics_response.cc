// Generated from protocol/schema/20_delete_topics.kmsg; not to be edited.
#include "protocol/messages/delete_topics_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteTopicsResponse::DeletableTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  name = version >= 6 ? reader.nullable_string(flexible) : reader.string(flexible);
  if (version >= 6) {
    topic_id = reader.uuid();
  }
  error_code = reader.i16();
  if (version >= 5) {
    error_message = reader.nullable_string(flexible);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DeleteTopicsResponse::DeletableTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  if (name || version >= 6) {
    writer.nullable_string(flexible, name);
  } else {
    writer.string(flexible, {});
  }
  if (version >= 6) {
    writer.uuid(topic_id);
  }
  writer.i16(error_code);
  if (version >= 5) {
    writer.nullable_string(flexible, error_message);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

void DeleteTopicsResponse::read(Reader& reader, int16_t version) {
  *this = DeleteTopicsResponse{};
  const bool flexible = version >= 4;
  throttle_time_ms = reader.i32();
  responses.resize(reader.array(flexible, version >= 6 ? 21 : version >= 5 ? 5 : 4, sizeof(DeletableTopicResult)));
  for (auto& element : responses) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DeleteTopicsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i32(throttle_time_ms);
  writer.array(flexible, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_delete_topics_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteTopicsResponse>(in, version, out);
}

}  // namespace klamm::protocol
