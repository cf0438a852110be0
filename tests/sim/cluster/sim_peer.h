// SimPeer: the Peer of the simulated network, with the promises of broker/peer.h: a connection while there is
// something to ask, a backoff after each failure, answers in the order of the requests.
#pragma once

#include <memory>

#include "broker/peer.h"
#include "tests/sim/cluster/network.h"
#include "tests/sim/cluster/sim_loop.h"

namespace klamm::sim::cluster {

class SimPeer final : public broker::Peer {
 public:
  struct Target {
    int32_t from = 0;  // places
    int32_t to = 0;
    uint16_t port = 0;
  };
  SimPeer(World& world, Network& network, broker::Loop& loop, const Target& target);
  ~SimPeer() override;

  void send(broker::PeerRequest request, Answered answered) override;
  void on_disconnect(absl::AnyInvocable<void()> told) override;
  void stop() override;

 private:
  class Life;
  const std::shared_ptr<Life> life_;
};

}  // namespace klamm::sim::cluster
