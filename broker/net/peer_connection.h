// PeerConnection: the Peer of the network: another node by its name, a connection to it while there is
// something to ask, and the requests that wait and that were sent. Made by Peers.
//
// What becomes of a request: it waits until there is a connection, for as long as its deadline allows. When
// an attempt to connect fails, all that wait then are answered kNotConnected or kRefused, with the reason:
// trying again, and when, is their sender's affair. What is sent between two attempts waits for the next one,
// which comes when the backoff is over. A request that was sent and is not answered in time takes the
// connection with it, as in Kafka, and those behind it are answered kClosed.
#pragma once

#include <memory>
#include <string>

#include "broker/net/peers.h"
#include "broker/peer.h"

namespace klamm::broker::net {

class PeerLife;

class PeerConnection final : public Peer {
 public:
  PeerConnection(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id);
  // On the loop's thread. What was not stopped before is never answered.
  ~PeerConnection() override;

  void send(PeerRequest request, Answered answered) override;
  void on_disconnect(absl::AnyInvocable<void()> told) override;
  void stop() override;

 private:
  const std::shared_ptr<PeerLife> life_;
};

}  // namespace klamm::broker::net
