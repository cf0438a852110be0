// Generated from protocol/schema/52_vote.kmsg; not to be edited.
#include "protocol/messages/vote_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void VoteResponse::PartitionData::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  vote_granted = reader.boolean();
  reader.skip_tags();
}

void VoteResponse::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.boolean(vote_granted);
  writer.no_tags();
}

void VoteResponse::TopicData::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 16, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void VoteResponse::TopicData::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void VoteResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void VoteResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void VoteResponse::read(Reader& reader, int16_t version) {
  *this = VoteResponse{};
  error_code = reader.i16();
  topics.resize(reader.array(true, 3, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0 && version >= 1) {
      node_endpoints.resize(reader.array(true, 8, sizeof(NodeEndpoint)));
      for (auto& element : node_endpoints) element.read(reader, version);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void VoteResponse::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  const bool has_node_endpoints = version >= 1 && !node_endpoints.empty();
  writer.uvarint(has_node_endpoints);
  if (has_node_endpoints) {
    const size_t tag = writer.begin_tag(0);
    writer.array(true, node_endpoints.size());
    for (const auto& element : node_endpoints) element.write(writer, version);
    writer.end_tag(tag);
  }
}

bool recode_vote_response(ByteView in, int16_t version, Bytes& out) {
  return recode<VoteResponse>(in, version, out);
}

}  // namespace klamm::protocol
