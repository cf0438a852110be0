// Generated from protocol/schema/09_offset_fetch.kmsg; not to be edited.
#include "protocol/messages/offset_fetch_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetFetchResponse::OffsetFetchResponsePartition::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  partition_index = reader.i32();
  committed_offset = reader.i64();
  if (version >= 5) {
    committed_leader_epoch = reader.i32();
  }
  metadata = reader.nullable_string(flexible);
  error_code = reader.i16();
  if (version >= 6) {
    reader.skip_tags();
  }
}

void OffsetFetchResponse::OffsetFetchResponsePartition::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.i32(partition_index);
  writer.i64(committed_offset);
  if (version >= 5) {
    writer.i32(committed_leader_epoch);
  }
  writer.nullable_string(flexible, metadata);
  writer.i16(error_code);
  if (version >= 6) {
    writer.no_tags();
  }
}

void OffsetFetchResponse::OffsetFetchResponseTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 5 ? 20 : 16, sizeof(OffsetFetchResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void OffsetFetchResponse::OffsetFetchResponseTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 6) {
    writer.no_tags();
  }
}

void OffsetFetchResponse::OffsetFetchResponsePartitions::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  committed_offset = reader.i64();
  committed_leader_epoch = reader.i32();
  metadata = reader.nullable_string(true);
  error_code = reader.i16();
  reader.skip_tags();
}

void OffsetFetchResponse::OffsetFetchResponsePartitions::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i64(committed_offset);
  writer.i32(committed_leader_epoch);
  writer.nullable_string(true, metadata);
  writer.i16(error_code);
  writer.no_tags();
}

void OffsetFetchResponse::OffsetFetchResponseTopics::read(Reader& reader, int16_t version) {
  if (version <= 9) {
    name = reader.string(true);
  }
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(true, 20, sizeof(OffsetFetchResponsePartitions)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void OffsetFetchResponse::OffsetFetchResponseTopics::write(Writer& writer, int16_t version) const {
  if (version <= 9) {
    writer.string(true, name);
  }
  if (version >= 10) {
    writer.uuid(topic_id);
  }
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void OffsetFetchResponse::OffsetFetchResponseGroup::read(Reader& reader, int16_t version) {
  group_id = reader.string(true);
  topics.resize(reader.array(true, version >= 10 ? 18 : 3, sizeof(OffsetFetchResponseTopics)));
  for (auto& element : topics) element.read(reader, version);
  error_code = reader.i16();
  reader.skip_tags();
}

void OffsetFetchResponse::OffsetFetchResponseGroup::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i16(error_code);
  writer.no_tags();
}

void OffsetFetchResponse::read(Reader& reader, int16_t version) {
  *this = OffsetFetchResponse{};
  const bool flexible = version >= 6;
  if (version >= 3) {
    throttle_time_ms = reader.i32();
  }
  if (version <= 7) {
    topics.resize(reader.array(flexible, version >= 6 ? 3 : 6, sizeof(OffsetFetchResponseTopic)));
    for (auto& element : topics) element.read(reader, version);
  }
  if (version >= 2 && version <= 7) {
    error_code = reader.i16();
  }
  if (version >= 8) {
    groups.resize(reader.array(flexible, 5, sizeof(OffsetFetchResponseGroup)));
    for (auto& element : groups) element.read(reader, version);
  }
  if (version >= 6) {
    reader.skip_tags();
  }
}

void OffsetFetchResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  if (version >= 3) {
    writer.i32(throttle_time_ms);
  }
  if (version <= 7) {
    writer.array(flexible, topics.size());
    for (const auto& element : topics) element.write(writer, version);
  }
  if (version >= 2 && version <= 7) {
    writer.i16(error_code);
  }
  if (version >= 8) {
    writer.array(flexible, groups.size());
    for (const auto& element : groups) element.write(writer, version);
  }
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_offset_fetch_response(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetFetchResponse>(in, version, out);
}

}  // namespace klamm::protocol
