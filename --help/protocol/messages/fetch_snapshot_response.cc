// Generated from protocol/schema/59_fetch_snapshot.kmsg; not to be edited.
#include "protocol/messages/fetch_snapshot_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FetchSnapshotResponse::SnapshotId::read(Reader& reader, int16_t) {
  end_offset = reader.i64();
  epoch = reader.i32();
  reader.skip_tags();
}

void FetchSnapshotResponse::SnapshotId::write(Writer& writer, int16_t) const {
  writer.i64(end_offset);
  writer.i32(epoch);
  writer.no_tags();
}

void FetchSnapshotResponse::LeaderIdAndEpoch::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void FetchSnapshotResponse::LeaderIdAndEpoch::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void FetchSnapshotResponse::PartitionSnapshot::read(Reader& reader, int16_t version) {
  index = reader.i32();
  error_code = reader.i16();
  snapshot_id.read(reader, version);
  size = reader.i64();
  position = reader.i64();
  unaligned_records = reader.records(true);
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      current_leader.read(reader, version);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void FetchSnapshotResponse::PartitionSnapshot::write(Writer& writer, int16_t version) const {
  writer.i32(index);
  writer.i16(error_code);
  snapshot_id.write(writer, version);
  writer.i64(size);
  writer.i64(position);
  writer.records(true, unaligned_records ? unaligned_records : Records{});
  const bool has_current_leader = !(current_leader == LeaderIdAndEpoch{});
  writer.uvarint(has_current_leader);
  if (has_current_leader) {
    const size_t tag = writer.begin_tag(0);
    current_leader.write(writer, version);
    writer.end_tag(tag);
  }
}

void FetchSnapshotResponse::TopicSnapshot::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 37, sizeof(PartitionSnapshot)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void FetchSnapshotResponse::TopicSnapshot::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void FetchSnapshotResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void FetchSnapshotResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void FetchSnapshotResponse::read(Reader& reader, int16_t version) {
  *this = FetchSnapshotResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  topics.resize(reader.array(true, 3, sizeof(TopicSnapshot)));
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

void FetchSnapshotResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
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

bool recode_fetch_snapshot_response(ByteView in, int16_t version, Bytes& out) {
  return recode<FetchSnapshotResponse>(in, version, out);
}

}  // namespace klamm::protocol
