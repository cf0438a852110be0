// Generated from protocol/schema/71_get_telemetry_subscriptions.kmsg; not to be edited.
#include "protocol/messages/get_telemetry_subscriptions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void GetTelemetrySubscriptionsResponse::read(Reader& reader, int16_t) {
  *this = GetTelemetrySubscriptionsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  client_instance_id = reader.uuid();
  subscription_id = reader.i32();
  accepted_compression_types.resize(reader.array(true, 1, sizeof(int8_t)));
  for (auto& element : accepted_compression_types) element = reader.i8();
  push_interval_ms = reader.i32();
  telemetry_max_bytes = reader.i32();
  delta_temporality = reader.boolean();
  requested_metrics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : requested_metrics) element = reader.string(true);
  reader.skip_tags();
}

void GetTelemetrySubscriptionsResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.uuid(client_instance_id);
  writer.i32(subscription_id);
  writer.array(true, accepted_compression_types.size());
  for (const auto& element : accepted_compression_types) writer.i8(element);
  writer.i32(push_interval_ms);
  writer.i32(telemetry_max_bytes);
  writer.boolean(delta_temporality);
  writer.array(true, requested_metrics.size());
  for (const auto& element : requested_metrics) writer.string(true, element);
  writer.no_tags();
}

bool recode_get_telemetry_subscriptions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<GetTelemetrySubscriptionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
