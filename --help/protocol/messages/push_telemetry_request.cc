// Generated from protocol/schema/72_push_telemetry.kmsg; not to be edited.
#include "protocol/messages/push_telemetry_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void PushTelemetryRequest::read(Reader& reader, int16_t) {
  *this = PushTelemetryRequest{};
  client_instance_id = reader.uuid();
  subscription_id = reader.i32();
  terminating = reader.boolean();
  compression_type = reader.i8();
  metrics = reader.bytes(true);
  reader.skip_tags();
}

void PushTelemetryRequest::write(Writer& writer, int16_t) const {
  writer.uuid(client_instance_id);
  writer.i32(subscription_id);
  writer.boolean(terminating);
  writer.i8(compression_type);
  writer.bytes(true, metrics);
  writer.no_tags();
}

bool recode_push_telemetry_request(ByteView in, int16_t version, Bytes& out) {
  return recode<PushTelemetryRequest>(in, version, out);
}

}  // namespace klamm::protocol
