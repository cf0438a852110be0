// Generated from protocol/schema/84_read_share_group_state.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ReadShareGroupStateResponse::StateBatch::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  delivery_state = reader.i8();
  delivery_count = reader.i16();
  reader.skip_tags();
}

void ReadShareGroupStateResponse::StateBatch::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.i8(delivery_state);
  writer.i16(delivery_count);
  writer.no_tags();
}

void ReadShareGroupStateResponse::PartitionResult::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  state_epoch = reader.i32();
  start_offset = reader.i64();
  state_batches.resize(reader.array(true, 20, sizeof(StateBatch)));
  for (auto& element : state_batches) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateResponse::PartitionResult::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.i32(state_epoch);
  writer.i64(start_offset);
  writer.array(true, state_batches.size());
  for (const auto& element : state_batches) element.write(writer, version);
  writer.no_tags();
}

void ReadShareGroupStateResponse::ReadStateResult::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 21, sizeof(PartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateResponse::ReadStateResult::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ReadShareGroupStateResponse::read(Reader& reader, int16_t version) {
  *this = ReadShareGroupStateResponse{};
  results.resize(reader.array(true, 18, sizeof(ReadStateResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateResponse::write(Writer& writer, int16_t version) const {
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_read_share_group_state_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ReadShareGroupStateResponse>(in, version, out);
}

}  // namespace klamm::protocol
