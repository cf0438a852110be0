// Generated from protocol/schema/90_describe_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/describe_share_group_offsets_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponsePartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  start_offset = reader.i64();
  leader_epoch = reader.i32();
  if (version >= 1) {
    lag = reader.i64();
  }
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponsePartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i64(start_offset);
  writer.i32(leader_epoch);
  if (version >= 1) {
    writer.i64(lag);
  }
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseTopic::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, version >= 1 ? 28 : 20, sizeof(DescribeShareGroupOffsetsResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseTopic::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseGroup::read(Reader& reader, int16_t version) {
  group_id = reader.string(true);
  topics.resize(reader.array(true, 19, sizeof(DescribeShareGroupOffsetsResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseGroup::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void DescribeShareGroupOffsetsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeShareGroupOffsetsResponse{};
  throttle_time_ms = reader.i32();
  groups.resize(reader.array(true, 6, sizeof(DescribeShareGroupOffsetsResponseGroup)));
  for (auto& element : groups) element.read(reader, version);
  reader.skip_tags();
}

void DescribeShareGroupOffsetsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_share_group_offsets_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeShareGroupOffsetsResponse>(in, version, out);
}

}  // namespace klamm::protocol
