// Generated from protocol/schema/03_metadata.kmsg; not to be edited.
#include "protocol/messages/metadata_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void MetadataResponse::MetadataResponseBroker::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  node_id = reader.i32();
  host = reader.string(flexible);
  port = reader.i32();
  if (version >= 1) {
    rack = reader.nullable_string(flexible);
  }
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataResponse::MetadataResponseBroker::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i32(node_id);
  writer.string(flexible, host);
  writer.i32(port);
  if (version >= 1) {
    writer.nullable_string(flexible, rack);
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

void MetadataResponse::MetadataResponsePartition::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  error_code = reader.i16();
  partition_index = reader.i32();
  leader_id = reader.i32();
  if (version >= 7) {
    leader_epoch = reader.i32();
  }
  replica_nodes.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : replica_nodes) element = reader.i32();
  isr_nodes.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : isr_nodes) element = reader.i32();
  if (version >= 5) {
    offline_replicas.resize(reader.array(flexible, 4, sizeof(int32_t)));
    for (auto& element : offline_replicas) element = reader.i32();
  }
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataResponse::MetadataResponsePartition::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i16(error_code);
  writer.i32(partition_index);
  writer.i32(leader_id);
  if (version >= 7) {
    writer.i32(leader_epoch);
  }
  writer.array(flexible, replica_nodes.size());
  for (const auto& element : replica_nodes) writer.i32(element);
  writer.array(flexible, isr_nodes.size());
  for (const auto& element : isr_nodes) writer.i32(element);
  if (version >= 5) {
    writer.array(flexible, offline_replicas.size());
    for (const auto& element : offline_replicas) writer.i32(element);
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

void MetadataResponse::MetadataResponseTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  error_code = reader.i16();
  name = version >= 12 ? reader.nullable_string(flexible) : reader.string(flexible);
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  if (version >= 1) {
    is_internal = reader.boolean();
  }
  partitions.resize(reader.array(flexible, version >= 9 ? 18 : version >= 7 ? 26 : version >= 5 ? 22 : 18, sizeof(MetadataResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 8) {
    topic_authorized_operations = reader.i32();
  }
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataResponse::MetadataResponseTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i16(error_code);
  if (name || version >= 12) {
    writer.nullable_string(flexible, name);
  } else {
    writer.string(flexible, {});
  }
  if (version >= 10) {
    writer.uuid(topic_id);
  }
  if (version >= 1) {
    writer.boolean(is_internal);
  }
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 8) {
    writer.i32(topic_authorized_operations);
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

void MetadataResponse::read(Reader& reader, int16_t version) {
  *this = MetadataResponse{};
  const bool flexible = version >= 9;
  if (version >= 3) {
    throttle_time_ms = reader.i32();
  }
  brokers.resize(reader.array(flexible, version >= 9 ? 11 : version >= 1 ? 12 : 10, sizeof(MetadataResponseBroker)));
  for (auto& element : brokers) element.read(reader, version);
  if (version >= 2) {
    cluster_id = reader.nullable_string(flexible);
  }
  if (version >= 1) {
    controller_id = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 10 ? 26 : version >= 9 ? 10 : version >= 8 ? 13 : version >= 1 ? 9 : 8, sizeof(MetadataResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 8 && version <= 10) {
    cluster_authorized_operations = reader.i32();
  }
  if (version >= 13) {
    error_code = reader.i16();
  }
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  if (version >= 3) {
    writer.i32(throttle_time_ms);
  }
  writer.array(flexible, brokers.size());
  for (const auto& element : brokers) element.write(writer, version);
  if (version >= 2) {
    writer.nullable_string(flexible, cluster_id);
  }
  if (version >= 1) {
    writer.i32(controller_id);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 8 && version <= 10) {
    writer.i32(cluster_authorized_operations);
  }
  if (version >= 13) {
    writer.i16(error_code);
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

bool recode_metadata_response(ByteView in, int16_t version, Bytes& out) {
  return recode<MetadataResponse>(in, version, out);
}

}  // namespace klamm::protocol
