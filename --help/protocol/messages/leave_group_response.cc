// Generated from protocol/schema/13_leave_group.kmsg; not to be edited.
#include "protocol/messages/leave_group_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void LeaveGroupResponse::MemberResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  member_id = reader.string(flexible);
  group_instance_id = reader.nullable_string(flexible);
  error_code = reader.i16();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void LeaveGroupResponse::MemberResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, member_id);
  writer.nullable_string(flexible, group_instance_id);
  writer.i16(error_code);
  if (version >= 4) {
    writer.no_tags();
  }
}

void LeaveGroupResponse::read(Reader& reader, int16_t version) {
  *this = LeaveGroupResponse{};
  const bool flexible = version >= 4;
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  error_code = reader.i16();
  if (version >= 3) {
    members.resize(reader.array(flexible, version >= 4 ? 5 : 6, sizeof(MemberResponse)));
    for (auto& element : members) element.read(reader, version);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void LeaveGroupResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  writer.i16(error_code);
  if (version >= 3) {
    writer.array(flexible, members.size());
    for (const auto& element : members) element.write(writer, version);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_leave_group_response(ByteView in, int16_t version, Bytes& out) {
  return recode<LeaveGroupResponse>(in, version, out);
}

}  // namespace klamm::protocol
