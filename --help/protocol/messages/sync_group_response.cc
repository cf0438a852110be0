// Generated from protocol/schema/14_sync_group.kmsg; not to be edited.
#include "protocol/messages/sync_group_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SyncGroupResponse::read(Reader& reader, int16_t version) {
  *this = SyncGroupResponse{};
  const bool flexible = version >= 4;
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  error_code = reader.i16();
  if (version >= 5) {
    protocol_type = reader.nullable_string(flexible);
  }
  if (version >= 5) {
    protocol_name = reader.nullable_string(flexible);
  }
  assignment = reader.bytes(flexible);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void SyncGroupResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  writer.i16(error_code);
  if (version >= 5) {
    writer.nullable_string(flexible, protocol_type);
  }
  if (version >= 5) {
    writer.nullable_string(flexible, protocol_name);
  }
  writer.bytes(flexible, assignment);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_sync_group_response(ByteView in, int16_t version, Bytes& out) {
  return recode<SyncGroupResponse>(in, version, out);
}

}  // namespace klamm::protocol
