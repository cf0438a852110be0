// Generated from protocol/schema/90_describe_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/describe_share_group_offsets_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestTopic::read(Reader& reader, int16_t) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestTopic::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestGroup::read(Reader& reader, int16_t version) {
  group_id = reader.string(true);
  topics.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(DescribeShareGroupOffsetsRequestTopic))) {
    topics.emplace(*count);
    for (auto& element : *topics) element.read(reader, version);
  }
  reader.skip_tags();
}

void DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestGroup::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  if (topics) {
    writer.array(true, topics->size());
    for (const auto& element : *topics) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

void DescribeShareGroupOffsetsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeShareGroupOffsetsRequest{};
  groups.resize(reader.array(true, 3, sizeof(DescribeShareGroupOffsetsRequestGroup)));
  for (auto& element : groups) element.read(reader, version);
  reader.skip_tags();
}

void DescribeShareGroupOffsetsRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_share_group_offsets_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeShareGroupOffsetsRequest>(in, version, out);
}

}  // namespace klamm::protocol
