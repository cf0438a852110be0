// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/group_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void GroupMetadataValue::MemberMetadata::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  member_id = reader.string(flexible);
  if (version >= 3) {
    group_instance_id = reader.nullable_string(flexible);
  }
  client_id = reader.string(flexible);
  client_host = reader.string(flexible);
  if (version >= 1) {
    rebalance_timeout = reader.i32();
  }
  session_timeout = reader.i32();
  subscription = reader.bytes(flexible);
  assignment = reader.bytes(flexible);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void GroupMetadataValue::MemberMetadata::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, member_id);
  if (version >= 3) {
    writer.nullable_string(flexible, group_instance_id);
  }
  writer.string(flexible, client_id);
  writer.string(flexible, client_host);
  if (version >= 1) {
    writer.i32(rebalance_timeout);
  }
  writer.i32(session_timeout);
  writer.bytes(flexible, subscription);
  writer.bytes(flexible, assignment);
  if (version >= 4) {
    writer.no_tags();
  }
}

void GroupMetadataValue::read(Reader& reader, int16_t version) {
  *this = GroupMetadataValue{};
  const bool flexible = version >= 4;
  protocol_type = reader.string(flexible);
  generation = reader.i32();
  protocol = reader.nullable_string(flexible);
  leader = reader.nullable_string(flexible);
  if (version >= 2) {
    current_state_timestamp = reader.i64();
  }
  members.resize(reader.array(flexible, version >= 4 ? 15 : version >= 3 ? 24 : version >= 1 ? 22 : 18, sizeof(MemberMetadata)));
  for (auto& element : members) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void GroupMetadataValue::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, protocol_type);
  writer.i32(generation);
  writer.nullable_string(flexible, protocol);
  writer.nullable_string(flexible, leader);
  if (version >= 2) {
    writer.i64(current_state_timestamp);
  }
  writer.array(flexible, members.size());
  for (const auto& element : members) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_group_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<GroupMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
