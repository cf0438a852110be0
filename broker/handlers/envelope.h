#pragma once

#include "broker/metadata/access.h"
#include "broker/request.h"

namespace klamm::broker {

// On a controller's listener: what is in the envelope goes to `handler` as the request of its client, and
// what that answers goes back in an envelope. The handler outlives the call.
void handle_envelope(Request request, Reply reply, const Access& access, RequestHandler& handler);

}  // namespace klamm::broker
