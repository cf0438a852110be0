// Generated from protocol/schema/23_offset_for_leader_epoch.kmsg; not to be edited.
#include "protocol/messages/offset_for_leader_epoch_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetForLeaderEpochResponse::EpochEndOffset::read(Reader& reader, int16_t version) {
  error_code = reader.i16();
  partition = reader.i32();
  leader_epoch = reader.i32();
  end_offset = reader.i64();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochResponse::EpochEndOffset::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.i32(partition);
  writer.i32(leader_epoch);
  writer.i64(end_offset);
  if (version >= 4) {
    writer.no_tags();
  }
}

void OffsetForLeaderEpochResponse::OffsetForLeaderTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  topic = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 4 ? 19 : 18, sizeof(EpochEndOffset)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochResponse::OffsetForLeaderTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, topic);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

void OffsetForLeaderEpochResponse::read(Reader& reader, int16_t version) {
  *this = OffsetForLeaderEpochResponse{};
  const bool flexible = version >= 4;
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(flexible, version >= 4 ? 3 : 6, sizeof(OffsetForLeaderTopicResult)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i32(throttle_time_ms);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_offset_for_leader_epoch_response(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetForLeaderEpochResponse>(in, version, out);
}

}  // namespace klamm::protocol
