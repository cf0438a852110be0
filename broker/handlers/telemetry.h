// Handlers of what clients push of their own metrics (KIP-714).
#pragma once

#include "broker/published_image.h"
#include "broker/request.h"
#include "broker/telemetry/client_subscriptions.h"

namespace klamm::broker {

struct TelemetryUses {
  ClientSubscriptions& subscriptions;
  const PublishedImage& images;
};

void handle_get_telemetry_subscriptions(Request request, Reply reply, const TelemetryUses& uses);
// Unpacks and reads what was pushed: on a worker.
void handle_push_telemetry(Request request, Reply reply, const TelemetryUses& uses);

}  // namespace klamm::broker
