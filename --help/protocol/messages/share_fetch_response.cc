// Generated from protocol/schema/78_share_fetch.kmsg; not to be edited.
#include "protocol/messages/share_fetch_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareFetchResponse::LeaderIdAndEpoch::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void ShareFetchResponse::LeaderIdAndEpoch::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void ShareFetchResponse::AcquiredRecords::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  delivery_count = reader.i16();
  reader.skip_tags();
}

void ShareFetchResponse::AcquiredRecords::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.i16(delivery_count);
  writer.no_tags();
}

void ShareFetchResponse::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  acknowledge_error_code = reader.i16();
  acknowledge_error_message = reader.nullable_string(true);
  current_leader.read(reader, version);
  records = reader.records(true);
  acquired_records.resize(reader.array(true, 19, sizeof(AcquiredRecords)));
  for (auto& element : acquired_records) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchResponse::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.i16(acknowledge_error_code);
  writer.nullable_string(true, acknowledge_error_message);
  current_leader.write(writer, version);
  writer.records(true, records ? records : Records{});
  writer.array(true, acquired_records.size());
  for (const auto& element : acquired_records) element.write(writer, version);
  writer.no_tags();
}

void ShareFetchResponse::ShareFetchableTopicResponse::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 22, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchResponse::ShareFetchableTopicResponse::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ShareFetchResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  rack = reader.nullable_string(true);
  reader.skip_tags();
}

void ShareFetchResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.i32(port);
  writer.nullable_string(true, rack);
  writer.no_tags();
}

void ShareFetchResponse::read(Reader& reader, int16_t version) {
  *this = ShareFetchResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  acquisition_lock_timeout_ms = reader.i32();
  responses.resize(reader.array(true, 18, sizeof(ShareFetchableTopicResponse)));
  for (auto& element : responses) element.read(reader, version);
  node_endpoints.resize(reader.array(true, 11, sizeof(NodeEndpoint)));
  for (auto& element : node_endpoints) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.i32(acquisition_lock_timeout_ms);
  writer.array(true, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.array(true, node_endpoints.size());
  for (const auto& element : node_endpoints) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_fetch_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareFetchResponse>(in, version, out);
}

}  // namespace klamm::protocol
