// Generated from protocol/schema/83_initialize_share_group_state.kmsg; not to be edited.
#include "protocol/messages/initialize_share_group_state_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void InitializeShareGroupStateRequest::PartitionData::read(Reader& reader, int16_t) {
  partition = reader.i32();
  state_epoch = reader.i32();
  start_offset = reader.i64();
  reader.skip_tags();
}

void InitializeShareGroupStateRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.i32(state_epoch);
  writer.i64(start_offset);
  writer.no_tags();
}

void InitializeShareGroupStateRequest::InitializeStateData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 17, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void InitializeShareGroupStateRequest::InitializeStateData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void InitializeShareGroupStateRequest::read(Reader& reader, int16_t version) {
  *this = InitializeShareGroupStateRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 18, sizeof(InitializeStateData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void InitializeShareGroupStateRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_initialize_share_group_state_request(ByteView in, int16_t version, Bytes& out) {
  return recode<InitializeShareGroupStateRequest>(in, version, out);
}

}  // namespace klamm::protocol
