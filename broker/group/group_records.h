// The record that keeps a classic group: GroupMetadata (type 2), byte for byte as Apache Kafka writes and
// reads it.
#pragma once

#include <optional>
#include <string_view>

#include "broker/coordinator_record.h"
#include "protocol/messages/group_metadata_value.h"

namespace klamm::broker::group {

// The version Apache Kafka 4.3 writes. Version 4 is read, and would only be written by a later release.
inline constexpr int16_t kGroupMetadataVersion = 3;

CoordinatorRecord group_metadata_record(std::string_view group, const protocol::GroupMetadataValue& value);
CoordinatorRecord group_metadata_tombstone(std::string_view group);

// A view of the record's bytes.
struct GroupMetadataRecord {
  std::string_view group;
  std::optional<protocol::GroupMetadataValue> value;  // none in a tombstone
};
// nullopt for bytes that are no such record, or of a version that is not known.
std::optional<GroupMetadataRecord> read_group_metadata(ByteView key, std::optional<ByteView> value);

}  // namespace klamm::broker::group
