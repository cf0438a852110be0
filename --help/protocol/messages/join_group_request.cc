// Generated from protocol/schema/11_join_group.kmsg; not to be edited.
#include "protocol/messages/join_group_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void JoinGroupRequest::JoinGroupRequestProtocol::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  name = reader.string(flexible);
  metadata = reader.bytes(flexible);
  if (version >= 6) {
    reader.skip_tags();
  }
}

void JoinGroupRequest::JoinGroupRequestProtocol::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, name);
  writer.bytes(flexible, metadata);
  if (version >= 6) {
    writer.no_tags();
  }
}

void JoinGroupRequest::read(Reader& reader, int16_t version) {
  *this = JoinGroupRequest{};
  const bool flexible = version >= 6;
  group_id = reader.string(flexible);
  session_timeout_ms = reader.i32();
  if (version >= 1) {
    rebalance_timeout_ms = reader.i32();
  }
  member_id = reader.string(flexible);
  if (version >= 5) {
    group_instance_id = reader.nullable_string(flexible);
  }
  protocol_type = reader.string(flexible);
  protocols.resize(reader.array(flexible, version >= 6 ? 3 : 6, sizeof(JoinGroupRequestProtocol)));
  for (auto& element : protocols) element.read(reader, version);
  if (version >= 8) {
    reason = reader.nullable_string(flexible);
  }
  if (version >= 6) {
    reader.skip_tags();
  }
}

void JoinGroupRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, group_id);
  writer.i32(session_timeout_ms);
  if (version >= 1) {
    writer.i32(rebalance_timeout_ms);
  }
  writer.string(flexible, member_id);
  if (version >= 5) {
    writer.nullable_string(flexible, group_instance_id);
  }
  writer.string(flexible, protocol_type);
  writer.array(flexible, protocols.size());
  for (const auto& element : protocols) element.write(writer, version);
  if (version >= 8) {
    writer.nullable_string(flexible, reason);
  }
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_join_group_request(ByteView in, int16_t version, Bytes& out) {
  return recode<JoinGroupRequest>(in, version, out);
}

}  // namespace klamm::protocol
