// Generated from protocol/schema/75_describe_topic_partitions.kmsg; not to be edited.
#include "protocol/messages/describe_topic_partitions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeTopicPartitionsRequest::TopicRequest::read(Reader& reader, int16_t) {
  name = reader.string(true);
  reader.skip_tags();
}

void DescribeTopicPartitionsRequest::TopicRequest::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.no_tags();
}

void DescribeTopicPartitionsRequest::Cursor::read(Reader& reader, int16_t) {
  topic_name = reader.string(true);
  partition_index = reader.i32();
  reader.skip_tags();
}

void DescribeTopicPartitionsRequest::Cursor::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.i32(partition_index);
  writer.no_tags();
}

void DescribeTopicPartitionsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeTopicPartitionsRequest{};
  topics.resize(reader.array(true, 2, sizeof(TopicRequest)));
  for (auto& element : topics) element.read(reader, version);
  response_partition_limit = reader.i32();
  cursor.reset();
  if (reader.nullable_struct()) {
    cursor.emplace().read(reader, version);
  }
  reader.skip_tags();
}

void DescribeTopicPartitionsRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i32(response_partition_limit);
  writer.nullable_struct(cursor.has_value());
  if (cursor) cursor->write(writer, version);
  writer.no_tags();
}

bool recode_describe_topic_partitions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeTopicPartitionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
