// Generated from protocol/schema/85_write_share_group_state.kmsg; not to be edited.
#include "protocol/messages/write_share_group_state_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void WriteShareGroupStateRequest::StateBatch::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  delivery_state = reader.i8();
  delivery_count = reader.i16();
  reader.skip_tags();
}

void WriteShareGroupStateRequest::StateBatch::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.i8(delivery_state);
  writer.i16(delivery_count);
  writer.no_tags();
}

void WriteShareGroupStateRequest::PartitionData::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  state_epoch = reader.i32();
  leader_epoch = reader.i32();
  start_offset = reader.i64();
  if (version >= 1) {
    delivery_complete_count = reader.i32();
  }
  state_batches.resize(reader.array(true, 20, sizeof(StateBatch)));
  for (auto& element : state_batches) element.read(reader, version);
  reader.skip_tags();
}

void WriteShareGroupStateRequest::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  writer.i32(state_epoch);
  writer.i32(leader_epoch);
  writer.i64(start_offset);
  if (version >= 1) {
    writer.i32(delivery_complete_count);
  }
  writer.array(true, state_batches.size());
  for (const auto& element : state_batches) element.write(writer, version);
  writer.no_tags();
}

void WriteShareGroupStateRequest::WriteStateData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, version >= 1 ? 26 : 22, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void WriteShareGroupStateRequest::WriteStateData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void WriteShareGroupStateRequest::read(Reader& reader, int16_t version) {
  *this = WriteShareGroupStateRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 18, sizeof(WriteStateData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void WriteShareGroupStateRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_write_share_group_state_request(ByteView in, int16_t version, Bytes& out) {
  return recode<WriteShareGroupStateRequest>(in, version, out);
}

}  // namespace klamm::protocol
