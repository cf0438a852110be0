// Generated from protocol/schema/54_end_quorum_epoch.kmsg; not to be edited.
#include "protocol/messages/end_quorum_epoch_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndQuorumEpochResponse::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void EndQuorumEpochResponse::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  if (version >= 1) {
    writer.no_tags();
  }
}

void EndQuorumEpochResponse::TopicData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  topic_name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 1 ? 15 : 14, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void EndQuorumEpochResponse::TopicData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, topic_name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void EndQuorumEpochResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void EndQuorumEpochResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void EndQuorumEpochResponse::read(Reader& reader, int16_t version) {
  *this = EndQuorumEpochResponse{};
  const bool flexible = version >= 1;
  error_code = reader.i16();
  topics.resize(reader.array(flexible, version >= 1 ? 3 : 6, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 1) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        node_endpoints.resize(reader.array(true, 8, sizeof(NodeEndpoint)));
        for (auto& element : node_endpoints) element.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void EndQuorumEpochResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i16(error_code);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 1) {
    const bool has_node_endpoints = !node_endpoints.empty();
    writer.uvarint(has_node_endpoints);
    if (has_node_endpoints) {
      const size_t tag = writer.begin_tag(0);
      writer.array(true, node_endpoints.size());
      for (const auto& element : node_endpoints) element.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

bool recode_end_quorum_epoch_response(ByteView in, int16_t version, Bytes& out) {
  return recode<EndQuorumEpochResponse>(in, version, out);
}

}  // namespace klamm::protocol
