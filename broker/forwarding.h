// Forwarding: takes what clients ask of the controller to it, in an envelope (KIP-590), and brings its answer
// back, as Kafka's ForwardingManager does. The controller decides whether the client may; that it is this
// client is the broker's to know. A client is told nothing of NOT_CONTROLLER, and nothing of what is wrong
// between broker and controller but UNKNOWN_SERVER_ERROR.
//
// The time that a request has is Kafka's, whatever the client's own request.timeout.ms is. A client that has
// gone meanwhile is not answered; what it asked for is done nevertheless.
#pragma once

#include <absl/functional/any_invocable.h>

#include "broker/controller_client.h"
#include "broker/envelope.h"
#include "broker/metrics/reply_mark.h"
#include "broker/request.h"

namespace klamm::broker {

// To be moved, not copied: `body` would show the other one's bytes.
struct ForwardedAnswer {
  Bytes frame;    // owns what `body` shows
  ByteView body;  // behind the response's header, in the version of the request
};

// Adds the errors that the body of an answer tells to `tally`; nothing where it is not to be read.
template <class Message>
void count_errors_in(ByteView body, int16_t version, metrics::ErrorTally& tally) {
  protocol::Reader reader(body);
  Message message;
  message.read(reader, version);
  if (reader.ok()) metrics::count_errors(message, tally);
}

class Forwarding {
 public:
  static constexpr int64_t kTimeoutMs = 60'000;
  // Of a frame. What is larger is POLICY_VIOLATION: the quorum's loop writes it, and takes its time from
  // votes and heartbeats. A request of all that a decision may bring (ten thousand records) stays far below.
  static constexpr size_t kFrameSizeMax = 8 << 20;

  // Called once, on the controller client's loop.
  using Answered = absl::AnyInvocable<void(Result<ForwardedAnswer, ForwardFailure>)>;
  // Answers a request with an error as its API does; on the controller client's loop.
  using Refuse = absl::AnyInvocable<void(Reply reply, protocol::ErrorCode error)>;

  // count_errors_in<> of the API's response.
  using CountErrors = void (*)(ByteView body, int16_t version, metrics::ErrorTally& tally);

  // The loop is the client's own. Both outlive this, and this what is posted there.
  Forwarding(Loop& loop, ControllerClient& controller) : loop_(loop), controller_(controller) {}

  // From any thread. The API is forwardable, and the request's frame is what goes to the controller: header
  // and body as they came, whose body has been read here, or a frame of what is left when this broker has
  // done its part.
  void ask(Request request, Answered answered);
  // The same, for a client who is to be given just what the controller answers. Its errors count as this
  // broker's, as in Kafka.
  void forward(Request request, Reply reply, Refuse refuse, CountErrors count);

 private:
  Loop& loop_;
  ControllerClient& controller_;
};

}  // namespace klamm::broker
