// Generated from protocol/schema/02_list_offsets.kmsg; not to be edited.
#include "protocol/messages/list_offsets_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListOffsetsResponse::ListOffsetsPartitionResponse::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  timestamp = reader.i64();
  offset = reader.i64();
  if (version >= 4) {
    leader_epoch = reader.i32();
  }
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsResponse::ListOffsetsPartitionResponse::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.i64(timestamp);
  writer.i64(offset);
  if (version >= 4) {
    writer.i32(leader_epoch);
  }
  if (version >= 6) {
    writer.no_tags();
  }
}

void ListOffsetsResponse::ListOffsetsTopicResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 6 ? 27 : version >= 4 ? 26 : 22, sizeof(ListOffsetsPartitionResponse)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsResponse::ListOffsetsTopicResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 6) {
    writer.no_tags();
  }
}

void ListOffsetsResponse::read(Reader& reader, int16_t version) {
  *this = ListOffsetsResponse{};
  const bool flexible = version >= 6;
  if (version >= 2) {
    throttle_time_ms = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 6 ? 3 : 6, sizeof(ListOffsetsTopicResponse)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void ListOffsetsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  if (version >= 2) {
    writer.i32(throttle_time_ms);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_list_offsets_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ListOffsetsResponse>(in, version, out);
}

}  // namespace klamm::protocol
