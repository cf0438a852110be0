// Envelope, version 0 (KIP-590): a client's request as the broker that received it hands it to the active
// controller, with who the client is and where it is, and the answer on its way back. What is in it may be
// secret (credentials, settings): no message says more than which API it is.
//
// Otherwise than Apache Kafka: a principal whose type holds a colon is refused, since here principals are one
// text, in which it would be somebody else; an answer's body goes to the client as it came, unread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "protocol/errors.h"
#include "protocol/frame.h"
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/envelope_response.h"

namespace klamm::broker {

// Whether the API is one whose requests may come in an envelope (forwardable in Kafka's ApiKeys).
bool is_forwardable(int16_t key);

// --- requests

// Appends the body of an Envelope around `frame`, the header and body of a request of `principal`
// ("User:alice") at `host`, an address as text.
void wrap_request(ByteView frame, std::string_view principal, std::string_view host, Bytes& out);

struct ForwardedRequest {
  protocol::RequestHeader header{};
  ByteView frame{};  // header and body
  ByteView body{};
  std::string principal{};
  std::string host{};
  bool token_authenticated = false;  // by a delegation token, at the broker
};
struct RefusedEnvelope {
  protocol::ErrorCode error = protocol::ErrorCode::kNone;
  std::string why{};
};

// Views into the envelope. Whether the body is a whole message is seen by whoever handles it; where it is
// none, Kafka answers the envelope with UNSUPPORTED_VERSION.
Result<ForwardedRequest, RefusedEnvelope> unwrap_request(const protocol::EnvelopeRequest& envelope);

// --- answers

// What goes back for `answer`, the header and body of the answer to `asked`: a view of it, or NOT_CONTROLLER
// where it says that, so that the broker asks the one who is.
protocol::EnvelopeResponse wrap_answer(const protocol::RequestHeader& asked, ByteView answer);
protocol::EnvelopeResponse refuse_envelope(protocol::ErrorCode error);

// Why there is no answer for the client.
struct ForwardFailure {
  // What it is told instead. Nothing: its connection is closed, and it asks anew which versions are served.
  std::optional<protocol::ErrorCode> error{};
  std::string why{};
};

// The body of the answer to `asked` in the body of an Envelope's answer, which it is a view of.
Result<ByteView, ForwardFailure> unwrap_answer(const protocol::RequestHeader& asked, ByteView envelope);

}  // namespace klamm::broker
