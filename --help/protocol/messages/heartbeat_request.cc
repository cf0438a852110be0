// Generated from protocol/schema/12_heartbeat.kmsg; not to be edited.
#include "protocol/messages/heartbeat_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void HeartbeatRequest::read(Reader& reader, int16_t version) {
  *this = HeartbeatRequest{};
  const bool flexible = version >= 4;
  group_id = reader.string(flexible);
  generation_id = reader.i32();
  member_id = reader.string(flexible);
  if (version >= 3) {
    group_instance_id = reader.nullable_string(flexible);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void HeartbeatRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, group_id);
  writer.i32(generation_id);
  writer.string(flexible, member_id);
  if (version >= 3) {
    writer.nullable_string(flexible, group_instance_id);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_heartbeat_request(ByteView in, int16_t version, Bytes& out) {
  return recode<HeartbeatRequest>(in, version, out);
}

}  // namespace klamm::protocol
