// Generated from protocol/schema/61_describe_producers.kmsg; not to be edited.
#include "protocol/messages/describe_producers_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeProducersRequest::TopicRequest::read(Reader& reader, int16_t) {
  name = reader.string(true);
  partition_indexes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partition_indexes) element = reader.i32();
  reader.skip_tags();
}

void DescribeProducersRequest::TopicRequest::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.array(true, partition_indexes.size());
  for (const auto& element : partition_indexes) writer.i32(element);
  writer.no_tags();
}

void DescribeProducersRequest::read(Reader& reader, int16_t version) {
  *this = DescribeProducersRequest{};
  topics.resize(reader.array(true, 3, sizeof(TopicRequest)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DescribeProducersRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_producers_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeProducersRequest>(in, version, out);
}

}  // namespace klamm::protocol
