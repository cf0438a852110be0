// Generated from protocol/schema/70_controller_registration.kmsg; not to be edited.
#include "protocol/messages/controller_registration_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ControllerRegistrationResponse::read(Reader& reader, int16_t) {
  *this = ControllerRegistrationResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void ControllerRegistrationResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

bool recode_controller_registration_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ControllerRegistrationResponse>(in, version, out);
}

}  // namespace klamm::protocol
