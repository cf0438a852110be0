// Generated from protocol/schema/55_describe_quorum.kmsg; not to be edited.
#include "protocol/messages/describe_quorum_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeQuorumResponse::ReplicaState::read(Reader& reader, int16_t version) {
  replica_id = reader.i32();
  if (version >= 2) {
    replica_directory_id = reader.uuid();
  }
  log_end_offset = reader.i64();
  if (version >= 1) {
    last_fetch_timestamp = reader.i64();
  }
  if (version >= 1) {
    last_caught_up_timestamp = reader.i64();
  }
  reader.skip_tags();
}

void DescribeQuorumResponse::ReplicaState::write(Writer& writer, int16_t version) const {
  writer.i32(replica_id);
  if (version >= 2) {
    writer.uuid(replica_directory_id);
  }
  writer.i64(log_end_offset);
  if (version >= 1) {
    writer.i64(last_fetch_timestamp);
  }
  if (version >= 1) {
    writer.i64(last_caught_up_timestamp);
  }
  writer.no_tags();
}

void DescribeQuorumResponse::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  if (version >= 2) {
    error_message = reader.nullable_string(true);
  }
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  high_watermark = reader.i64();
  current_voters.resize(reader.array(true, version >= 2 ? 45 : version >= 1 ? 29 : 13, sizeof(ReplicaState)));
  for (auto& element : current_voters) element.read(reader, version);
  observers.resize(reader.array(true, version >= 2 ? 45 : version >= 1 ? 29 : 13, sizeof(ReplicaState)));
  for (auto& element : observers) element.read(reader, version);
  reader.skip_tags();
}

void DescribeQuorumResponse::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  if (version >= 2) {
    writer.nullable_string(true, error_message);
  }
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.i64(high_watermark);
  writer.array(true, current_voters.size());
  for (const auto& element : current_voters) element.write(writer, version);
  writer.array(true, observers.size());
  for (const auto& element : observers) element.write(writer, version);
  writer.no_tags();
}

void DescribeQuorumResponse::TopicData::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, version >= 2 ? 26 : 25, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DescribeQuorumResponse::TopicData::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DescribeQuorumResponse::Listener::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void DescribeQuorumResponse::Listener::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void DescribeQuorumResponse::Node::read(Reader& reader, int16_t version) {
  node_id = reader.i32();
  listeners.resize(reader.array(true, 5, sizeof(Listener)));
  for (auto& element : listeners) element.read(reader, version);
  reader.skip_tags();
}

void DescribeQuorumResponse::Node::write(Writer& writer, int16_t version) const {
  writer.i32(node_id);
  writer.array(true, listeners.size());
  for (const auto& element : listeners) element.write(writer, version);
  writer.no_tags();
}

void DescribeQuorumResponse::read(Reader& reader, int16_t version) {
  *this = DescribeQuorumResponse{};
  error_code = reader.i16();
  if (version >= 2) {
    error_message = reader.nullable_string(true);
  }
  topics.resize(reader.array(true, 3, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 2) {
    nodes.resize(reader.array(true, 6, sizeof(Node)));
    for (auto& element : nodes) element.read(reader, version);
  }
  reader.skip_tags();
}

void DescribeQuorumResponse::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  if (version >= 2) {
    writer.nullable_string(true, error_message);
  }
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 2) {
    writer.array(true, nodes.size());
    for (const auto& element : nodes) element.write(writer, version);
  }
  writer.no_tags();
}

bool recode_describe_quorum_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeQuorumResponse>(in, version, out);
}

}  // namespace klamm::protocol
