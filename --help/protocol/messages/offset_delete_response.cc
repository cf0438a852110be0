// Generated from protocol/schema/47_offset_delete.kmsg; not to be edited.
#include "protocol/messages/offset_delete_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetDeleteResponse::OffsetDeleteResponsePartition::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
}

void OffsetDeleteResponse::OffsetDeleteResponsePartition::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
}

void OffsetDeleteResponse::OffsetDeleteResponseTopic::read(Reader& reader, int16_t version) {
  name = reader.string(false);
  partitions.resize(reader.array(false, 6, sizeof(OffsetDeleteResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
}

void OffsetDeleteResponse::OffsetDeleteResponseTopic::write(Writer& writer, int16_t version) const {
  writer.string(false, name);
  writer.array(false, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
}

void OffsetDeleteResponse::read(Reader& reader, int16_t version) {
  *this = OffsetDeleteResponse{};
  error_code = reader.i16();
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(false, 6, sizeof(OffsetDeleteResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
}

void OffsetDeleteResponse::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.i32(throttle_time_ms);
  writer.array(false, topics.size());
  for (const auto& element : topics) element.write(writer, version);
}

bool recode_offset_delete_response(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetDeleteResponse>(in, version, out);
}

}  // namespace klamm::protocol
