// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/partition_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void PartitionRecord::read(Reader& reader, int16_t version) {
  *this = PartitionRecord{};
  partition_id = reader.i32();
  topic_id = reader.uuid();
  replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : replicas) element = reader.i32();
  isr.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : isr) element = reader.i32();
  removing_replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : removing_replicas) element = reader.i32();
  adding_replicas.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : adding_replicas) element = reader.i32();
  leader = reader.i32();
  leader_epoch = reader.i32();
  partition_epoch = reader.i32();
  if (version >= 1) {
    directories.resize(reader.array(true, 16, sizeof(Uuid)));
    for (auto& element : directories) element = reader.uuid();
  }
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      leader_recovery_state = reader.i8();
    } else if (tag.number == 1 && version >= 2) {
      eligible_leader_replicas.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        eligible_leader_replicas.emplace(*count);
        for (auto& element : *eligible_leader_replicas) element = reader.i32();
      }
    } else if (tag.number == 2 && version >= 2) {
      last_known_elr.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        last_known_elr.emplace(*count);
        for (auto& element : *last_known_elr) element = reader.i32();
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void PartitionRecord::write(Writer& writer, int16_t version) const {
  writer.i32(partition_id);
  writer.uuid(topic_id);
  writer.array(true, replicas.size());
  for (const auto& element : replicas) writer.i32(element);
  writer.array(true, isr.size());
  for (const auto& element : isr) writer.i32(element);
  writer.array(true, removing_replicas.size());
  for (const auto& element : removing_replicas) writer.i32(element);
  writer.array(true, adding_replicas.size());
  for (const auto& element : adding_replicas) writer.i32(element);
  writer.i32(leader);
  writer.i32(leader_epoch);
  writer.i32(partition_epoch);
  if (version >= 1) {
    writer.array(true, directories.size());
    for (const auto& element : directories) writer.uuid(element);
  }
  const bool has_leader_recovery_state = leader_recovery_state != 0;
  const bool has_eligible_leader_replicas = version >= 2 && eligible_leader_replicas;
  const bool has_last_known_elr = version >= 2 && last_known_elr;
  writer.uvarint(has_leader_recovery_state + has_eligible_leader_replicas + has_last_known_elr);
  if (has_leader_recovery_state) {
    const size_t tag = writer.begin_tag(0);
    writer.i8(leader_recovery_state);
    writer.end_tag(tag);
  }
  if (has_eligible_leader_replicas) {
    const size_t tag = writer.begin_tag(1);
    if (eligible_leader_replicas) {
      writer.array(true, eligible_leader_replicas->size());
      for (const auto& element : *eligible_leader_replicas) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_last_known_elr) {
    const size_t tag = writer.begin_tag(2);
    if (last_known_elr) {
      writer.array(true, last_known_elr->size());
      for (const auto& element : *last_known_elr) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

bool recode_partition_record(ByteView in, int16_t version, Bytes& out) {
  return recode<PartitionRecord>(in, version, out);
}

}  // namespace klamm::protocol
