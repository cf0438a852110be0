// Peer: another node, as those see it who ask it something. The seam to the network: broker/net makes the
// real ones, the simulator has its own.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace klamm::broker {

// A request on its way out. Its version is what both ends know, the newest of it.
struct PeerRequest {
  int16_t key = 0;
  int16_t version_min = 0;
  int16_t version_max = 0;
  // Appends the body in the version that was agreed on; called once, when the connection is there.
  absl::AnyInvocable<void(int16_t version, Bytes& out)> encode;
  // On the loop's clock. When it comes and the answer has not, the connection is closed, as in Kafka: answers
  // come in the order of the requests, and those behind it are told kClosed.
  int64_t deadline_ms = 0;
};

struct PeerFailure {
  enum class What : uint8_t {
    // An attempt to connect has failed, which is told to all that wait then. Trying again is the caller's
    // affair.
    kNotConnected,        // the address is not known, or does not answer, or the handshake or login failed
    kRefused,             // nobody listens there: each address that can be tried from here has refused
    kClosed,              // the connection has gone while the answer was waited for
    kTimedOut,            // by then there was no connection, or no answer
    kUnsupportedVersion,  // the other end knows none of the versions
    kStopped,             // by stop()
  };
  What what = What::kNotConnected;
  std::string why;  // for the log
};

// To be moved, not copied: `body` would show the other one's bytes.
struct PeerAnswer {
  int16_t version = 0;
  Bytes frame;    // owns what `body` shows
  ByteView body;  // behind the response's header
};

// Everything on one loop's thread.
class Peer {
 public:
  // Called exactly once, on the loop's thread, never from within send(). It may send, stop and destroy.
  using Answered = absl::AnyInvocable<void(Result<PeerAnswer, PeerFailure>)>;

  // On the loop's thread. What waits is not answered any more: stop() comes before it where that matters.
  virtual ~Peer() = default;
  // Connects if there is no connection; soon after a failure or a disconnect only when a backoff is over, for
  // which requests wait. Requests go out in the order of the calls, and as many at once as there are; their
  // answers come in the same order.
  virtual void send(PeerRequest request, Answered answered) = 0;
  // Called when an established connection closes, whoever closed it (but for stop()) and whether or not
  // anything waits; behind the answers to what was sent over it.
  virtual void on_disconnect(absl::AnyInvocable<void()> told) = 0;
  // What waits is answered with kStopped from within the call; nothing is sent any more, and what is given
  // to send() later is answered so, too.
  virtual void stop() = 0;
};

}  // namespace klamm::broker
