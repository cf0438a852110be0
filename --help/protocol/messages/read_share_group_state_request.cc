// Generated from protocol/schema/84_read_share_group_state.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ReadShareGroupStateRequest::PartitionData::read(Reader& reader, int16_t) {
  partition = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void ReadShareGroupStateRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void ReadShareGroupStateRequest::ReadStateData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 9, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateRequest::ReadStateData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ReadShareGroupStateRequest::read(Reader& reader, int16_t version) {
  *this = ReadShareGroupStateRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 18, sizeof(ReadStateData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_read_share_group_state_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ReadShareGroupStateRequest>(in, version, out);
}

}  // namespace klamm::protocol
