// Generated from protocol/schema/72_push_telemetry.kmsg; not to be edited.
#include "protocol/messages/push_telemetry_request.h"
#include "protocol/messages/push_telemetry_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, PushTelemetryRequest& to, int16_t) {
  to.client_instance_id = random.uuid();
  to.subscription_id = random.number<int32_t>();
  to.terminating = random.boolean();
  to.compression_type = random.number<int8_t>();
  to.metrics = random.bytes();
}

void fill(InstanceRandom& random, PushTelemetryResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

}  // namespace

void write_random_push_telemetry_request(InstanceRandom& random, int16_t version, Bytes& out) {
  PushTelemetryRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_push_telemetry_response(InstanceRandom& random, int16_t version, Bytes& out) {
  PushTelemetryResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
