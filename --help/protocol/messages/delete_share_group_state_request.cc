// Generated from protocol/schema/86_delete_share_group_state.kmsg; not to be edited.
#include "protocol/messages/delete_share_group_state_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteShareGroupStateRequest::PartitionData::read(Reader& reader, int16_t) {
  partition = reader.i32();
  reader.skip_tags();
}

void DeleteShareGroupStateRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.no_tags();
}

void DeleteShareGroupStateRequest::DeleteStateData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 5, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupStateRequest::DeleteStateData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DeleteShareGroupStateRequest::read(Reader& reader, int16_t version) {
  *this = DeleteShareGroupStateRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 18, sizeof(DeleteStateData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupStateRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_delete_share_group_state_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteShareGroupStateRequest>(in, version, out);
}

}  // namespace klamm::protocol
