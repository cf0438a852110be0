#include "broker/group/group_records.h"

#include "protocol/messages/group_metadata_key.h"
#include "protocol/reader.h"
#include "protocol/writer.h"

namespace klamm::broker::group {

using protocol::GroupMetadataKey;
using protocol::GroupMetadataValue;

CoordinatorRecord group_metadata_tombstone(std::string_view group) {
  CoordinatorRecord record;
  protocol::Writer writer(record.key);
  writer.i16(GroupMetadataKey::kKey);
  GroupMetadataKey{group}.write(writer, 0);
  return record;
}

CoordinatorRecord group_metadata_record(std::string_view group, const GroupMetadataValue& value) {
  CoordinatorRecord record = group_metadata_tombstone(group);
  protocol::Writer writer(record.value.emplace());
  writer.i16(kGroupMetadataVersion);
  value.write(writer, kGroupMetadataVersion);
  return record;
}

std::optional<GroupMetadataRecord> read_group_metadata(ByteView key, std::optional<ByteView> value) {
  protocol::Reader key_reader(key);
  if (key_reader.i16() != GroupMetadataKey::kKey) return std::nullopt;
  GroupMetadataKey group;
  group.read(key_reader, 0);
  if (!key_reader.ok()) return std::nullopt;
  if (!value) return GroupMetadataRecord{group.group, std::nullopt};

  protocol::Reader reader(*value);
  const int16_t version = reader.i16();
  if (version < GroupMetadataValue::kVersionMin || version > GroupMetadataValue::kVersionMax)
    return std::nullopt;
  GroupMetadataValue group_value;
  group_value.read(reader, version);
  if (!reader.ok()) return std::nullopt;
  return GroupMetadataRecord{group.group, std::move(group_value)};
}

}  // namespace klamm::broker::group
