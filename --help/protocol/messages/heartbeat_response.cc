// Generated from protocol/schema/12_heartbeat.kmsg; not to be edited.
#include "protocol/messages/heartbeat_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void HeartbeatResponse::read(Reader& reader, int16_t version) {
  *this = HeartbeatResponse{};
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  error_code = reader.i16();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void HeartbeatResponse::write(Writer& writer, int16_t version) const {
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  writer.i16(error_code);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_heartbeat_response(ByteView in, int16_t version, Bytes& out) {
  return recode<HeartbeatResponse>(in, version, out);
}

}  // namespace klamm::protocol
