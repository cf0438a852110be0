// Generated from protocol/schema/64_unregister_broker.kmsg; not to be edited.
#include "protocol/messages/unregister_broker_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UnregisterBrokerResponse::read(Reader& reader, int16_t) {
  *this = UnregisterBrokerResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void UnregisterBrokerResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

bool recode_unregister_broker_response(ByteView in, int16_t version, Bytes& out) {
  return recode<UnregisterBrokerResponse>(in, version, out);
}

}  // namespace klamm::protocol
