// Generated from protocol/schema/63_broker_heartbeat.kmsg; not to be edited.
#include "protocol/messages/broker_heartbeat_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BrokerHeartbeatResponse::read(Reader& reader, int16_t) {
  *this = BrokerHeartbeatResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  is_caught_up = reader.boolean();
  is_fenced = reader.boolean();
  should_shut_down = reader.boolean();
  reader.skip_tags();
}

void BrokerHeartbeatResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.boolean(is_caught_up);
  writer.boolean(is_fenced);
  writer.boolean(should_shut_down);
  writer.no_tags();
}

bool recode_broker_heartbeat_response(ByteView in, int16_t version, Bytes& out) {
  return recode<BrokerHeartbeatResponse>(in, version, out);
}

}  // namespace klamm::protocol
