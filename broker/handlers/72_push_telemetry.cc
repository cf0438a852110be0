// PushTelemetry, version 0 (KIP-714): a client's metrics, as /metrics shows them (telemetry/pushed_metrics).
// Nobody needs a permission for it, as in Kafka.
//
// Differs from Apache Kafka: what is malformed is told by INVALID_RECORD here too, where Kafka leaves reading
// it to its plug-in.
#include "broker/handlers/telemetry.h"
#include "broker/request_body.h"
#include "protocol/messages/push_telemetry_request.h"
#include "protocol/messages/push_telemetry_response.h"

namespace klamm::broker {

void handle_push_telemetry(Request request, Reply reply, const TelemetryUses& uses) {
  protocol::PushTelemetryRequest body;
  if (!read_body(request, body)) return reply.close();
  const auto image = uses.images.get();
  const ClientSubscriptions::Push push{.client = body.client_instance_id,
                                       .subscription_id = body.subscription_id,
                                       .is_last = body.terminating,
                                       .compression = body.compression_type,
                                       .metrics = body.metrics};
  protocol::PushTelemetryResponse response;
  response.error_code = protocol::wire_value(uses.subscriptions.push(push, request, image->configs()));
  reply.send(response);
}

}  // namespace klamm::broker
