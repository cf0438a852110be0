// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/partition_change_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void PartitionChangeRecord::read(Reader& reader, int16_t version) {
  *this = PartitionChangeRecord{};
  partition_id = reader.i32();
  topic_id = reader.uuid();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      isr.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        isr.emplace(*count);
        for (auto& element : *isr) element = reader.i32();
      }
    } else if (tag.number == 1) {
      leader = reader.i32();
    } else if (tag.number == 2) {
      replicas.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        replicas.emplace(*count);
        for (auto& element : *replicas) element = reader.i32();
      }
    } else if (tag.number == 3) {
      removing_replicas.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        removing_replicas.emplace(*count);
        for (auto& element : *removing_replicas) element = reader.i32();
      }
    } else if (tag.number == 4) {
      adding_replicas.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        adding_replicas.emplace(*count);
        for (auto& element : *adding_replicas) element = reader.i32();
      }
    } else if (tag.number == 5) {
      leader_recovery_state = reader.i8();
    } else if (tag.number == 6 && version >= 2) {
      eligible_leader_replicas.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        eligible_leader_replicas.emplace(*count);
        for (auto& element : *eligible_leader_replicas) element = reader.i32();
      }
    } else if (tag.number == 7 && version >= 2) {
      last_known_elr.reset();
      if (auto count = reader.nullable_array(true, 4, sizeof(int32_t))) {
        last_known_elr.emplace(*count);
        for (auto& element : *last_known_elr) element = reader.i32();
      }
    } else if (tag.number == 8 && version >= 1) {
      directories.reset();
      if (auto count = reader.nullable_array(true, 16, sizeof(Uuid))) {
        directories.emplace(*count);
        for (auto& element : *directories) element = reader.uuid();
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void PartitionChangeRecord::write(Writer& writer, int16_t version) const {
  writer.i32(partition_id);
  writer.uuid(topic_id);
  const bool has_isr = isr.has_value();
  const bool has_leader = leader != -2;
  const bool has_replicas = replicas.has_value();
  const bool has_removing_replicas = removing_replicas.has_value();
  const bool has_adding_replicas = adding_replicas.has_value();
  const bool has_leader_recovery_state = leader_recovery_state != -1;
  const bool has_eligible_leader_replicas = version >= 2 && eligible_leader_replicas;
  const bool has_last_known_elr = version >= 2 && last_known_elr;
  const bool has_directories = version >= 1 && directories;
  writer.uvarint(has_isr + has_leader + has_replicas + has_removing_replicas + has_adding_replicas + has_leader_recovery_state + has_eligible_leader_replicas + has_last_known_elr + has_directories);
  if (has_isr) {
    const size_t tag = writer.begin_tag(0);
    if (isr) {
      writer.array(true, isr->size());
      for (const auto& element : *isr) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_leader) {
    const size_t tag = writer.begin_tag(1);
    writer.i32(leader);
    writer.end_tag(tag);
  }
  if (has_replicas) {
    const size_t tag = writer.begin_tag(2);
    if (replicas) {
      writer.array(true, replicas->size());
      for (const auto& element : *replicas) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_removing_replicas) {
    const size_t tag = writer.begin_tag(3);
    if (removing_replicas) {
      writer.array(true, removing_replicas->size());
      for (const auto& element : *removing_replicas) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_adding_replicas) {
    const size_t tag = writer.begin_tag(4);
    if (adding_replicas) {
      writer.array(true, adding_replicas->size());
      for (const auto& element : *adding_replicas) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_leader_recovery_state) {
    const size_t tag = writer.begin_tag(5);
    writer.i8(leader_recovery_state);
    writer.end_tag(tag);
  }
  if (has_eligible_leader_replicas) {
    const size_t tag = writer.begin_tag(6);
    if (eligible_leader_replicas) {
      writer.array(true, eligible_leader_replicas->size());
      for (const auto& element : *eligible_leader_replicas) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_last_known_elr) {
    const size_t tag = writer.begin_tag(7);
    if (last_known_elr) {
      writer.array(true, last_known_elr->size());
      for (const auto& element : *last_known_elr) writer.i32(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
  if (has_directories) {
    const size_t tag = writer.begin_tag(8);
    if (directories) {
      writer.array(true, directories->size());
      for (const auto& element : *directories) writer.uuid(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

bool recode_partition_change_record(ByteView in, int16_t version, Bytes& out) {
  return recode<PartitionChangeRecord>(in, version, out);
}

}  // namespace klamm::protocol
