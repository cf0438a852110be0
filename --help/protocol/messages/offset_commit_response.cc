// Generated from protocol/schema/08_offset_commit.kmsg; not to be edited.
#include "protocol/messages/offset_commit_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetCommitResponse::OffsetCommitResponsePartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitResponse::OffsetCommitResponsePartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  if (version >= 8) {
    writer.no_tags();
  }
}

void OffsetCommitResponse::OffsetCommitResponseTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 8;
  if (version <= 9) {
    name = reader.string(flexible);
  }
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(flexible, version >= 8 ? 7 : 6, sizeof(OffsetCommitResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitResponse::OffsetCommitResponseTopic::write(Writer& writer, int16_t version) const {
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

void OffsetCommitResponse::read(Reader& reader, int16_t version) {
  *this = OffsetCommitResponse{};
  const bool flexible = version >= 8;
  if (version >= 3) {
    throttle_time_ms = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 10 ? 18 : version >= 8 ? 3 : 6, sizeof(OffsetCommitResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 8) {
    reader.skip_tags();
  }
}

void OffsetCommitResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 8;
  if (version >= 3) {
    writer.i32(throttle_time_ms);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 8) {
    writer.no_tags();
  }
}

bool recode_offset_commit_response(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetCommitResponse>(in, version, out);
}

}  // namespace klamm::protocol
