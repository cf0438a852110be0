// Generated from protocol/schema/11_join_group.kmsg; not to be edited.
#include "protocol/messages/join_group_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void JoinGroupResponse::JoinGroupResponseMember::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  member_id = reader.string(flexible);
  if (version >= 5) {
    group_instance_id = reader.nullable_string(flexible);
  }
  metadata = reader.bytes(flexible);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void JoinGroupResponse::JoinGroupResponseMember::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, member_id);
  if (version >= 5) {
    writer.nullable_string(flexible, group_instance_id);
  }
  writer.bytes(flexible, metadata);
  if (version >= 6) {
    writer.no_tags();
  }
}

void JoinGroupResponse::read(Reader& reader, int16_t version) {
  *this = JoinGroupResponse{};
  const bool flexible = version >= 6;
  if (version >= 2) {
    throttle_time_ms = reader.i32();
  }
  error_code = reader.i16();
  generation_id = reader.i32();
  if (version >= 7) {
    protocol_type = reader.nullable_string(flexible);
  }
  protocol_name = version >= 7 ? reader.nullable_string(flexible) : reader.string(flexible);
  leader = reader.string(flexible);
  if (version >= 9) {
    skip_assignment = reader.boolean();
  }
  member_id = reader.string(flexible);
  members.resize(reader.array(flexible, version >= 6 ? 4 : version >= 5 ? 8 : 6, sizeof(JoinGroupResponseMember)));
  for (auto& element : members) element.read(reader, version);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void JoinGroupResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  if (version >= 2) {
    writer.i32(throttle_time_ms);
  }
  writer.i16(error_code);
  writer.i32(generation_id);
  if (version >= 7) {
    writer.nullable_string(flexible, protocol_type);
  }
  if (protocol_name || version >= 7) {
    writer.nullable_string(flexible, protocol_name);
  } else {
    writer.string(flexible, {});
  }
  writer.string(flexible, leader);
  if (version >= 9) {
    writer.boolean(skip_assignment);
  }
  writer.string(flexible, member_id);
  writer.array(flexible, members.size());
  for (const auto& element : members) element.write(writer, version);
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_join_group_response(ByteView in, int16_t version, Bytes& out) {
  return recode<JoinGroupResponse>(in, version, out);
}

}  // namespace klamm::protocol
