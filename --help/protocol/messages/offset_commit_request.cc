// Generated from protocol/schema/08_offset_commit.kmsg; not to be edited.
#include "protocol/messages/offset_commit_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetCommitRequest::OffsetCommitRequestPartition::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 8;
  partition_index = reader.i32();
  committed_offset = reader.i64();
  if (version >= 6) {
    committed_leader_epoch = reader.i32();
  }
  committed_metadata = reader.nullable_string(flexible);
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitRequest::OffsetCommitRequestPartition::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 8;
  writer.i32(partition_index);
  writer.i64(committed_offset);
  if (version >= 6) {
    writer.i32(committed_leader_epoch);
  }
  writer.nullable_string(flexible, committed_metadata);
  if (version >= 8) {
    writer.no_tags();
  }
}

void OffsetCommitRequest::OffsetCommitRequestTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 8;
  if (version <= 9) {
    name = reader.string(flexible);
  }
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(flexible, version >= 6 ? 18 : 14, sizeof(OffsetCommitRequestPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitRequest::OffsetCommitRequestTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 8;
  if (version <= 9) {
    writer.string(flexible, name);
  }
  if (version >= 10) {
    writer.uuid(topic_id);
  }
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 8) {
    writer.no_tags();
  }
}

void OffsetCommitRequest::read(Reader& reader, int16_t version) {
  *this = OffsetCommitRequest{};
  const bool flexible = version >= 8;
  group_id = reader.string(flexible);
  generation_id_or_member_epoch = reader.i32();
  member_id = reader.string(flexible);
  if (version >= 7) {
    group_instance_id = reader.nullable_string(flexible);
  }
  if (version <= 4) {
    retention_time_ms = reader.i64();
  }
  topics.resize(reader.array(flexible, version >= 10 ? 18 : version >= 8 ? 3 : 6, sizeof(OffsetCommitRequestTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 8;
  writer.string(flexible, group_id);
  writer.i32(generation_id_or_member_epoch);
  writer.string(flexible, member_id);
  if (version >= 7) {
    writer.nullable_string(flexible, group_instance_id);
  }
  if (version <= 4) {
    writer.i64(retention_time_ms);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 8) {
    writer.no_tags();
  }
}

bool recode_offset_commit_request(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetCommitRequest>(in, version, out);
}

}  // namespace klamm::protocol
