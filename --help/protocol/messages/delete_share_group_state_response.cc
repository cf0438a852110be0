// Generated from protocol/schema/86_delete_share_group_state.kmsg; not to be edited.
#include "protocol/messages/delete_share_group_state_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteShareGroupStateResponse::PartitionResult::read(Reader& reader, int16_t) {
  partition = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void DeleteShareGroupStateResponse::PartitionResult::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void DeleteShareGroupStateResponse::DeleteStateResult::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 8, sizeof(PartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupStateResponse::DeleteStateResult::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DeleteShareGroupStateResponse::read(Reader& reader, int16_t version) {
  *this = DeleteShareGroupStateResponse{};
  results.resize(reader.array(true, 18, sizeof(DeleteStateResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void DeleteShareGroupStateResponse::write(Writer& writer, int16_t version) const {
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_delete_share_group_state_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteShareGroupStateResponse>(in, version, out);
}

}  // namespace klamm::protocol
