// Generated from protocol/schema/62_broker_registration.kmsg; not to be edited.
#include "protocol/messages/broker_registration_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BrokerRegistrationResponse::read(Reader& reader, int16_t) {
  *this = BrokerRegistrationResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  broker_epoch = reader.i64();
  reader.skip_tags();
}

void BrokerRegistrationResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.i64(broker_epoch);
  writer.no_tags();
}

bool recode_broker_registration_response(ByteView in, int16_t version, Bytes& out) {
  return recode<BrokerRegistrationResponse>(in, version, out);
}

}  // namespace klamm::protocol
