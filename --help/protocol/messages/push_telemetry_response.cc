// Generated from protocol/schema/72_push_telemetry.kmsg; not to be edited.
#include "protocol/messages/push_telemetry_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void PushTelemetryResponse::read(Reader& reader, int16_t) {
  *this = PushTelemetryResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  reader.skip_tags();
}

void PushTelemetryResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.no_tags();
}

bool recode_push_telemetry_response(ByteView in, int16_t version, Bytes& out) {
  return recode<PushTelemetryResponse>(in, version, out);
}

}  // namespace klamm::protocol
