// Generated from protocol/schema/71_get_telemetry_subscriptions.kmsg; not to be edited.
#include "protocol/messages/get_telemetry_subscriptions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void GetTelemetrySubscriptionsRequest::read(Reader& reader, int16_t) {
  *this = GetTelemetrySubscriptionsRequest{};
  client_instance_id = reader.uuid();
  reader.skip_tags();
}

void GetTelemetrySubscriptionsRequest::write(Writer& writer, int16_t) const {
  writer.uuid(client_instance_id);
  writer.no_tags();
}

bool recode_get_telemetry_subscriptions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<GetTelemetrySubscriptionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
