// Generated from protocol/schema/13_leave_group.kmsg; not to be edited.
#include "protocol/messages/leave_group_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void LeaveGroupRequest::MemberIdentity::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  member_id = reader.string(flexible);
  group_instance_id = reader.nullable_string(flexible);
  if (version >= 5) {
    reason = reader.nullable_string(flexible);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void LeaveGroupRequest::MemberIdentity::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, member_id);
  writer.nullable_string(flexible, group_instance_id);
  if (version >= 5) {
    writer.nullable_string(flexible, reason);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

void LeaveGroupRequest::read(Reader& reader, int16_t version) {
  *this = LeaveGroupRequest{};
  const bool flexible = version >= 4;
  group_id = reader.string(flexible);
  if (version <= 2) {
    member_id = reader.string(flexible);
  }
  if (version >= 3) {
    members.resize(reader.array(flexible, version >= 5 ? 4 : version >= 4 ? 3 : 4, sizeof(MemberIdentity)));
    for (auto& element : members) element.read(reader, version);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void LeaveGroupRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, group_id);
  if (version <= 2) {
    writer.string(flexible, member_id);
  }
  if (version >= 3) {
    writer.array(flexible, members.size());
    for (const auto& element : members) element.write(writer, version);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_leave_group_request(ByteView in, int16_t version, Bytes& out) {
  return recode<LeaveGroupRequest>(in, version, out);
}

}  // namespace klamm::protocol
