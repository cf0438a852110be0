// Generated from protocol/schema/56_alter_partition.kmsg; not to be edited.
#include "protocol/messages/alter_partition_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterPartitionRequest::BrokerState::read(Reader& reader, int16_t) {
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  reader.skip_tags();
}

void AlterPartitionRequest::BrokerState::write(Writer& writer, int16_t) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.no_tags();
}

void AlterPartitionRequest::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  leader_epoch = reader.i32();
  if (version <= 2) {
    new_isr.resize(reader.array(true, 4, sizeof(int32_t)));
    for (auto& element : new_isr) element = reader.i32();
  }
  if (version >= 3) {
    new_isr_with_epochs.resize(reader.array(true, 13, sizeof(BrokerState)));
    for (auto& element : new_isr_with_epochs) element.read(reader, version);
  }
  leader_recovery_state = reader.i8();
  partition_epoch = reader.i32();
  reader.skip_tags();
}

void AlterPartitionRequest::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i32(leader_epoch);
  if (version <= 2) {
    writer.array(true, new_isr.size());
    for (const auto& element : new_isr) writer.i32(element);
  }
  if (version >= 3) {
    writer.array(true, new_isr_with_epochs.size());
    for (const auto& element : new_isr_with_epochs) element.write(writer, version);
  }
  writer.i8(leader_recovery_state);
  writer.i32(partition_epoch);
  writer.no_tags();
}

void AlterPartitionRequest::TopicData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 15, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionRequest::TopicData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AlterPartitionRequest::read(Reader& reader, int16_t version) {
  *this = AlterPartitionRequest{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  topics.resize(reader.array(true, 18, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AlterPartitionRequest::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_partition_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterPartitionRequest>(in, version, out);
}

}  // namespace klamm::protocol
