// SaslHandshake, versions 0-1, and SaslAuthenticate (36), versions 0-2, out of their turn: on a listener
// without SASL, or from a client that has logged in and whose session does not end. In turn they are the
// connection's own (broker/login.h), and do not come here. KIP-43, KIP-152.
#include "broker/handlers/security.h"
#include "broker/handlers/topics.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"

namespace klamm::broker {

void handle_sasl_handshake(Request request, Reply reply) {
  protocol::SaslHandshakeRequest body;
  if (!read_body(request, body)) return reply.close();
  protocol::SaslHandshakeResponse response;
  response.error_code = protocol::wire_value(protocol::ErrorCode::kIllegalSaslState);
  reply.send(response);
}

void handle_sasl_authenticate(Request request, Reply reply) {
  protocol::SaslAuthenticateRequest body;
  if (!read_body(request, body)) return reply.close();
  protocol::SaslAuthenticateResponse response;
  response.error_code = protocol::wire_value(protocol::ErrorCode::kIllegalSaslState);
  response.error_message = "SaslAuthenticate request received after successful authentication";
  reply.send(response);
}

}  // namespace klamm::broker
