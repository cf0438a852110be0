// Generated from protocol/schema/79_share_acknowledge.kmsg; not to be edited.
#include "protocol/messages/share_acknowledge_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareAcknowledgeResponse::LeaderIdAndEpoch::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void ShareAcknowledgeResponse::LeaderIdAndEpoch::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void ShareAcknowledgeResponse::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  current_leader.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeResponse::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  current_leader.write(writer, version);
  writer.no_tags();
}

void ShareAcknowledgeResponse::ShareAcknowledgeTopicResponse::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 17, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeResponse::ShareAcknowledgeTopicResponse::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ShareAcknowledgeResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  rack = reader.nullable_string(true);
  reader.skip_tags();
}

void ShareAcknowledgeResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.i32(port);
  writer.nullable_string(true, rack);
  writer.no_tags();
}

void ShareAcknowledgeResponse::read(Reader& reader, int16_t version) {
  *this = ShareAcknowledgeResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  if (version >= 2) {
    acquisition_lock_timeout_ms = reader.i32();
  }
  responses.resize(reader.array(true, 18, sizeof(ShareAcknowledgeTopicResponse)));
  for (auto& element : responses) element.read(reader, version);
  node_endpoints.resize(reader.array(true, 11, sizeof(NodeEndpoint)));
  for (auto& element : node_endpoints) element.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  if (version >= 2) {
    writer.i32(acquisition_lock_timeout_ms);
  }
  writer.array(true, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.array(true, node_endpoints.size());
  for (const auto& element : node_endpoints) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_acknowledge_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareAcknowledgeResponse>(in, version, out);
}

}  // namespace klamm::protocol
