// Generated from protocol/schema/59_fetch_snapshot.kmsg; not to be edited.
#include "protocol/messages/fetch_snapshot_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FetchSnapshotRequest::SnapshotId::read(Reader& reader, int16_t) {
  end_offset = reader.i64();
  epoch = reader.i32();
  reader.skip_tags();
}

void FetchSnapshotRequest::SnapshotId::write(Writer& writer, int16_t) const {
  writer.i64(end_offset);
  writer.i32(epoch);
  writer.no_tags();
}

void FetchSnapshotRequest::PartitionSnapshot::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  current_leader_epoch = reader.i32();
  snapshot_id.read(reader, version);
  position = reader.i64();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0 && version >= 1) {
      replica_directory_id = reader.uuid();
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void FetchSnapshotRequest::PartitionSnapshot::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  writer.i32(current_leader_epoch);
  snapshot_id.write(writer, version);
  writer.i64(position);
  const bool has_replica_directory_id = version >= 1 && !replica_directory_id.is_zero();
  writer.uvarint(has_replica_directory_id);
  if (has_replica_directory_id) {
    const size_t tag = writer.begin_tag(0);
    writer.uuid(replica_directory_id);
    writer.end_tag(tag);
  }
}

void FetchSnapshotRequest::TopicSnapshot::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 30, sizeof(PartitionSnapshot)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void FetchSnapshotRequest::TopicSnapshot::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void FetchSnapshotRequest::read(Reader& reader, int16_t version) {
  *this = FetchSnapshotRequest{};
  replica_id = reader.i32();
  max_bytes = reader.i32();
  topics.resize(reader.array(true, 3, sizeof(TopicSnapshot)));
  for (auto& element : topics) element.read(reader, version);
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      cluster_id = reader.nullable_string(true);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void FetchSnapshotRequest::write(Writer& writer, int16_t version) const {
  writer.i32(replica_id);
  writer.i32(max_bytes);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  const bool has_cluster_id = cluster_id.has_value();
  writer.uvarint(has_cluster_id);
  if (has_cluster_id) {
    const size_t tag = writer.begin_tag(0);
    writer.nullable_string(true, cluster_id);
    writer.end_tag(tag);
  }
}

bool recode_fetch_snapshot_request(ByteView in, int16_t version, Bytes& out) {
  return recode<FetchSnapshotRequest>(in, version, out);
}

}  // namespace klamm::protocol
