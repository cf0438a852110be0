// Generated from protocol/schema/23_offset_for_leader_epoch.kmsg; not to be edited.
#include "protocol/messages/offset_for_leader_epoch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetForLeaderEpochRequest::OffsetForLeaderPartition::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  current_leader_epoch = reader.i32();
  leader_epoch = reader.i32();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochRequest::OffsetForLeaderPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  writer.i32(current_leader_epoch);
  writer.i32(leader_epoch);
  if (version >= 4) {
    writer.no_tags();
  }
}

void OffsetForLeaderEpochRequest::OffsetForLeaderTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  topic = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 4 ? 13 : 12, sizeof(OffsetForLeaderPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochRequest::OffsetForLeaderTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, topic);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

void OffsetForLeaderEpochRequest::read(Reader& reader, int16_t version) {
  *this = OffsetForLeaderEpochRequest{};
  const bool flexible = version >= 4;
  if (version >= 3) {
    replica_id = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 4 ? 3 : 6, sizeof(OffsetForLeaderTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void OffsetForLeaderEpochRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  if (version >= 3) {
    writer.i32(replica_id);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_offset_for_leader_epoch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetForLeaderEpochRequest>(in, version, out);
}

}  // namespace klamm::protocol
