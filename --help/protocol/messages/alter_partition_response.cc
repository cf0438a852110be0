// Generated from protocol/schema/56_alter_partition.kmsg; not to be edited.
#include "protocol/messages/alter_partition_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterPartitionResponse::PartitionData::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  isr.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : isr) element = reader.i32();
  leader_recovery_state = reader.i8();
  partition_epoch = reader.i32();
  reader.skip_tags();
}

void AlterPartitionResponse::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.array(true, isr.size());
  for (const auto& element : isr) writer.i32(element);
  writer.i8(leader_recovery_state);
  writer.i32(partition_epoch);
  writer.no_tags();
}

void AlterPartitionResponse::TopicData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 21, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionResponse::TopicData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterPartitionResponse::read(Reader& reader, int16_t version) {
  *this = AlterPartitionResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  topics.resize(reader.array(true, 18, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_partition_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterPartitionResponse>(in, version, out);
}

}  // namespace klamm::protocol
