// GetTelemetrySubscriptions, version 0 (KIP-714): which of its metrics a client is to push, and how often.
// Nobody needs a permission for it, as in Kafka.
//
// Differs from Apache Kafka: it is always advertised, not only where a plug-in takes what is pushed.
#include "broker/handlers/telemetry.h"
#include "broker/request_body.h"
#include "protocol/messages/get_telemetry_subscriptions_request.h"
#include "protocol/messages/get_telemetry_subscriptions_response.h"

namespace klamm::broker {
namespace {

int8_t number_of(protocol::Codec codec) { return static_cast<int8_t>(codec); }

}  // namespace

void handle_get_telemetry_subscriptions(Request request, Reply reply, const TelemetryUses& uses) {
  protocol::GetTelemetrySubscriptionsRequest body;
  if (!read_body(request, body)) return reply.close();
  const auto image = uses.images.get();
  const auto subscription = uses.subscriptions.subscribe(body.client_instance_id, request, image->configs());
  protocol::GetTelemetrySubscriptionsResponse response;
  response.error_code = protocol::wire_value(subscription.error);
  if (subscription.error == protocol::ErrorCode::kNone) {
    response.client_instance_id = subscription.client;
    response.subscription_id = subscription.id;
    response.accepted_compression_types = {
        number_of(protocol::Codec::kZstd), number_of(protocol::Codec::kLz4),
        number_of(protocol::Codec::kGzip), number_of(protocol::Codec::kSnappy)};
    response.push_interval_ms = subscription.interval_ms;
    response.telemetry_max_bytes = uses.subscriptions.size_max();
    response.delta_temporality = true;
    response.requested_metrics.assign(subscription.metrics.begin(), subscription.metrics.end());
  }
  reply.send(response);
}

}  // namespace klamm::broker
