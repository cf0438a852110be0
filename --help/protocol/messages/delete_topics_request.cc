// Generated from protocol/schema/20_delete_topics.kmsg; not to be edited.
#include "protocol/messages/delete_topics_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteTopicsRequest::DeleteTopicState::read(Reader& reader, int16_t) {
  name = reader.nullable_string(true);
  topic_id = reader.uuid();
  reader.skip_tags();
}

void DeleteTopicsRequest::DeleteTopicState::write(Writer& writer, int16_t) const {
  writer.nullable_string(true, name);
  writer.uuid(topic_id);
  writer.no_tags();
}

void DeleteTopicsRequest::read(Reader& reader, int16_t version) {
  *this = DeleteTopicsRequest{};
  const bool flexible = version >= 4;
  if (version >= 6) {
    topics.resize(reader.array(flexible, 18, sizeof(DeleteTopicState)));
    for (auto& element : topics) element.read(reader, version);
  }
  if (version <= 5) {
    topic_names.resize(reader.array(flexible, version >= 4 ? 1 : 2, sizeof(std::string_view)));
    for (auto& element : topic_names) element = reader.string(flexible);
  }
  timeout_ms = reader.i32();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DeleteTopicsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  if (version >= 6) {
    writer.array(flexible, topics.size());
    for (const auto& element : topics) element.write(writer, version);
  }
  if (version <= 5) {
    writer.array(flexible, topic_names.size());
    for (const auto& element : topic_names) writer.string(flexible, element);
  }
  writer.i32(timeout_ms);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_delete_topics_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteTopicsRequest>(in, version, out);
}

}  // namespace klamm::protocol
