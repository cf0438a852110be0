// Where another node is the controller, a client's request goes there in an envelope (KIP-590).
#pragma once

#include <utility>

#include "broker/handlers/topics.h"
#include "broker/server_dispatch.h"

namespace klamm::broker {

// On the quorum loop. False where this node is to decide, or was asked as a controller: then nothing was
// taken. `refuse(body, code)` is what is answered where no controller does.
template <class Body, class Refuse>
bool forward_to_controller(const ServerDispatch::Uses& uses, Request& request, Reply& reply, Refuse refuse) {
  if (request.client->controller_listener || uses.controller.is_active()) return false;
  uses.forwarding.forward(request, std::move(reply), [request, refuse](Reply back, ErrorCode code) mutable {
    Body body;
    if (!read_body(request, body)) return back.close();
    back.send(refuse(body, code));
  });
  return true;
}

}  // namespace klamm::broker
