// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupMetadataValue::LastAssignmentConfig::read(Reader& reader, int16_t) {
  key = reader.string(true);
  value = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupMetadataValue::LastAssignmentConfig::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.string(true, value);
  writer.no_tags();
}

void StreamsGroupMetadataValue::read(Reader& reader, int16_t version) {
  *this = StreamsGroupMetadataValue{};
  epoch = reader.i32();
  metadata_hash = reader.i64();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      validated_topology_epoch = reader.i32();
    } else if (tag.number == 1) {
      last_assignment_configs.reset();
      if (auto count = reader.nullable_array(true, 3, sizeof(LastAssignmentConfig))) {
        last_assignment_configs.emplace(*count);
        for (auto& element : *last_assignment_configs) element.read(reader, version);
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void StreamsGroupMetadataValue::write(Writer& writer, int16_t version) const {
  writer.i32(epoch);
  writer.i64(metadata_hash);
  const bool has_validated_topology_epoch = validated_topology_epoch != -1;
  const bool has_last_assignment_configs = last_assignment_configs.has_value();
  writer.uvarint(has_validated_topology_epoch + has_last_assignment_configs);
  if (has_validated_topology_epoch) {
    const size_t tag = writer.begin_tag(0);
    writer.i32(validated_topology_epoch);
    writer.end_tag(tag);
  }
  if (has_last_assignment_configs) {
    const size_t tag = writer.begin_tag(1);
    if (last_assignment_configs) {
      writer.array(true, last_assignment_configs->size());
      for (const auto& element : *last_assignment_configs) element.write(writer, version);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

bool recode_streams_group_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
