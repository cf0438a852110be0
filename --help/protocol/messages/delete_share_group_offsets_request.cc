// Generated from protocol/schema/92_delete_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/delete_share_group_offsets_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteShareGroupOffsetsRequest::DeleteShareGroupOffsetsRequestTopic::read(Reader& reader, int16_t) {
  topic_name = reader.string(true);
  reader.skip_tags();
}

void DeleteShareGroupOffsetsRequest::DeleteShareGroupOffsetsRequestTopic::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.no_tags();
}

void DeleteShareGroupOffsetsRequest::read(Reader& reader, int16_t version) {
  *this = DeleteShareGroupOffsetsRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 2, sizeof(DeleteShareGroupOffsetsRequestTopic)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupOffsetsRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_delete_share_group_offsets_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteShareGroupOffsetsRequest>(in, version, out);
}

}  // namespace klamm::protocol
