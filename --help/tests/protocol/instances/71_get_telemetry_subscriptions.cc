// Generated from protocol/schema/71_get_telemetry_subscriptions.kmsg; not to be edited.
#include "protocol/messages/get_telemetry_subscriptions_request.h"
#include "protocol/messages/get_telemetry_subscriptions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, GetTelemetrySubscriptionsRequest& to, int16_t) {
  to.client_instance_id = random.uuid();
}

void fill(InstanceRandom& random, GetTelemetrySubscriptionsResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.client_instance_id = random.uuid();
  to.subscription_id = random.number<int32_t>();
  to.accepted_compression_types.resize(random.count());
  for (auto& element : to.accepted_compression_types) element = random.number<int8_t>();
  to.push_interval_ms = random.number<int32_t>();
  to.telemetry_max_bytes = random.number<int32_t>();
  to.delta_temporality = random.boolean();
  to.requested_metrics.resize(random.count());
  for (auto& element : to.requested_metrics) element = random.string();
}

}  // namespace

void write_random_get_telemetry_subscriptions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  GetTelemetrySubscriptionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_get_telemetry_subscriptions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  GetTelemetrySubscriptionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
