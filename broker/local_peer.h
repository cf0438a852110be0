// LocalPeer: this node as one of those that it asks. Requests go through the same bytes as those to others,
// and are handled as if they had come in over a connection of `client`, so that there is one way to the
// controller wherever it is.
//
// Otherwise than over the network, answers come as they are ready, and one that does not come in time ends
// nothing but its own request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/loop.h"
#include "broker/peer.h"
#include "broker/request.h"

namespace klamm::broker {

class LocalPeer final : public Peer {
 public:
  // The loop and the handler outlive whatever is being handled.
  struct Uses {
    Loop& loop;
    RequestHandler& handler;
    std::shared_ptr<const ClientInfo> client;  // as whom this node is known to itself
    std::string client_id;
  };

  explicit LocalPeer(Uses uses);
  ~LocalPeer() override;

  // In the newest version. A handler that closes the connection ends this request alone, with kClosed.
  void send(PeerRequest request, Answered answered) override;
  // Never told: there is no connection that could end.
  void on_disconnect(absl::AnyInvocable<void()>) override {}
  void stop() override;

 private:
  class Life;
  const std::shared_ptr<Life> life_;
};

}  // namespace klamm::broker
