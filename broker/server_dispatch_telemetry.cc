// What clients push of their own metrics: never on a loop, since it is unpacked.
#include <utility>

#include "broker/handlers/telemetry.h"
#include "broker/server_dispatch.h"
#include "protocol/messages/get_telemetry_subscriptions_request.h"
#include "protocol/messages/push_telemetry_request.h"

namespace klamm::broker {

void ServerDispatch::bind_telemetry() {
  handlers_[protocol::GetTelemetrySubscriptionsRequest::kKey] = [](ServerDispatch& self, Request request,
                                                                   Reply reply) {
    handle_get_telemetry_subscriptions(std::move(request), std::move(reply),
                                       {*self.uses_.telemetry, self.uses_.images});
  };
  handlers_[protocol::PushTelemetryRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    self.uses_.workers.run([&self, request = std::move(request), reply = std::move(reply)]() mutable {
      handle_push_telemetry(std::move(request), std::move(reply),
                            {*self.uses_.telemetry, self.uses_.images});
    });
  };
}

}  // namespace klamm::broker
