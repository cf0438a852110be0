// Where another node is the controller, a client's request goes there in an envelope (KIP-590).
#pragma once

#include <type_traits>
#include <utility>

#include "base/check.h"
#include "broker/handlers/security.h"
#include "broker/handlers/topics.h"
#include "broker/metadata/refusal.h"
#include "broker/server_dispatch.h"

namespace klamm::broker {

// On the quorum loop. False where this node is to decide, or was asked as a controller: then nothing was
// taken. `refuse(body, code)` is what is answered where no controller does. The body has been read, on the
// connection's loop: what cannot be read goes no further.
template <class Body, class Refuse>
bool forward_to_controller(const ServerDispatch::Uses& uses, const Body&, Request& request, Reply& reply,
                           Refuse refuse) {
  if (request.client->controller_listener || uses.controller.is_active()) return false;
  using Message = std::invoke_result_t<Refuse&, const Body&, ErrorCode>;
  auto refuse_read = [request, refuse](Reply back, ErrorCode code) mutable {
    Body body;
    CHECK(read_body(request, body));
    back.send(refuse(body, code));
  };
  uses.forwarding.forward(request, std::move(reply), std::move(refuse_read), &count_errors_in<Message>);
  return true;
}

// Takes what needs one operation on the cluster to the controller, which is asked with decide(view, body).
template <class Body, class Decide>
void decide_for_cluster(const ServerDispatch::Uses& uses, security::AclOperation operation, Request request,
                        Reply reply, Decide decide) {
  Body body;
  if (!read_body(request, body)) return reply.close();
  // Of requests that change the cluster, those of access control entries can be unreadable in this way.
  if constexpr (requires { says_unknown(body); }) {
    if (says_unknown(body)) {
      log_unknown(request);
      return reply.close();
    }
  }
  uses.quorum_loop.post([&uses, operation, decide, body = std::move(body), request = std::move(request),
                         reply = std::move(reply)]() mutable {
    auto refuse = [](const Body& asked, ErrorCode code) { return refused(asked, code); };
    // Whether the client may is the controller's to say, which knows it first.
    if (forward_to_controller(uses, body, request, reply, refuse)) return;
    const auto image = uses.images.get();
    const AuthorizerRules& rules = uses.config.security.authorizer;
    if (!access_of(rules, *image, request).allows_cluster(operation)) {
      const ErrorCode refusal = ErrorCode::kClusterAuthorizationFailed;
      return reply.send(refused(body, refusal, refusal_text(refusal)));
    }
    uses.controller.answer(
        std::move(reply), [&](const ControllerView& view) { return decide(view, body); },
        [body, frame = request.frame](ErrorCode code) { return refused(body, code); },
        request.client->controller_listener);
  });
}

// The same with Alter, which takes all that changes the cluster.
template <class Body, class Decide>
void alter_cluster(const ServerDispatch::Uses& uses, Request request, Reply reply, Decide decide) {
  decide_for_cluster<Body>(uses, security::AclOperation::kAlter, std::move(request), std::move(reply),
                           decide);
}

}  // namespace klamm::broker
