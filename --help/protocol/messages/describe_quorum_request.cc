// Generated from protocol/schema/55_describe_quorum.kmsg; not to be edited.
#include "protocol/messages/describe_quorum_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeQuorumRequest::PartitionData::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  reader.skip_tags();
}

void DescribeQuorumRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.no_tags();
}

void DescribeQuorumRequest::TopicData::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 5, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DescribeQuorumRequest::TopicData::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DescribeQuorumRequest::read(Reader& reader, int16_t version) {
  *this = DescribeQuorumRequest{};
  topics.resize(reader.array(true, 3, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DescribeQuorumRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_quorum_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeQuorumRequest>(in, version, out);
}

}  // namespace klamm::protocol
