// Generated from protocol/schema/14_sync_group.kmsg; not to be edited.
#include "protocol/messages/sync_group_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SyncGroupRequest::SyncGroupRequestAssignment::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  member_id = reader.string(flexible);
  assignment = reader.bytes(flexible);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void SyncGroupRequest::SyncGroupRequestAssignment::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, member_id);
  writer.bytes(flexible, assignment);
  if (version >= 4) {
    writer.no_tags();
  }
}

void SyncGroupRequest::read(Reader& reader, int16_t version) {
  *this = SyncGroupRequest{};
  const bool flexible = version >= 4;
  group_id = reader.string(flexible);
  generation_id = reader.i32();
  member_id = reader.string(flexible);
  if (version >= 3) {
    group_instance_id = reader.nullable_string(flexible);
  }
  if (version >= 5) {
    protocol_type = reader.nullable_string(flexible);
  }
  if (version >= 5) {
    protocol_name = reader.nullable_string(flexible);
  }
  assignments.resize(reader.array(flexible, version >= 4 ? 3 : 6, sizeof(SyncGroupRequestAssignment)));
  for (auto& element : assignments) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void SyncGroupRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, group_id);
  writer.i32(generation_id);
  writer.string(flexible, member_id);
  if (version >= 3) {
    writer.nullable_string(flexible, group_instance_id);
  }
  if (version >= 5) {
    writer.nullable_string(flexible, protocol_type);
  }
  if (version >= 5) {
    writer.nullable_string(flexible, protocol_name);
  }
  writer.array(flexible, assignments.size());
  for (const auto& element : assignments) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_sync_group_request(ByteView in, int16_t version, Bytes& out) {
  return recode<SyncGroupRequest>(in, version, out);
}

}  // namespace klamm::protocol
