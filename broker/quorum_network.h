// QuorumNetwork: Raft's messages as requests and responses of Kafka's protocol: those that go to other
// replicas of the metadata quorum, and those that come to this node's controller listener. Belongs to the
// quorum loop.
//
// A replica is reached where the configuration, or the set of voters, says. Who leads says so itself
// (KIP-853): BeginQuorumEpoch has the leader's endpoints, and responses name the leader that their sender
// knows. What is heard so goes before what is configured, where Raft would believe it too: of this cluster,
// of no epoch that is over, and of no other leader than the one that is known of the epoch. Where it is not
// reached so, what is configured counts again: it may have moved, and lead no more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/loop.h"
#include "broker/metrics/node_stats.h"
#include "broker/peer.h"
#include "broker/quorum_link.h"
#include "broker/quorum_refusals.h"
#include "broker/quorum_wire.h"
#include "broker/raft_driver.h"
#include "broker/request.h"

namespace klamm::broker {

class QuorumNetwork final : public QuorumLink {
 public:
  struct Uses {
    Loop& loop;
    // A connection to a replica, which is made when it is first needed.
    std::function<std::unique_ptr<Peer>(NodeId, const NodeAddress&)> connect;
    NodeId self;
    std::string cluster_id;
    // This node's listeners of controllers, as others reach them. The first is that on which replicas talk.
    std::vector<raft::Endpoint> own_endpoints;
    // The listener of the others.
    std::string listener;
    int32_t request_timeout_ms = 2000;
    // A replica is reached at another address than before from now on. Called from within a message's coming:
    // whoever is told does nothing yet.
    std::function<void(NodeId)> on_moved{};
    metrics::NodeStats* stats = nullptr;  // if anybody wants to know
  };

  QuorumNetwork(Uses uses, std::map<NodeId, NodeAddress> addresses)
      : uses_(std::move(uses)), configured_(std::move(addresses)), refusals_(uses_.self) {}

  // Before anything else.
  void attach(RaftDriver& driver) { driver_ = &driver; }
  // A request of the quorum, from somebody who may act for the cluster: Vote, BeginQuorumEpoch,
  // EndQuorumEpoch, Fetch, FetchSnapshot.
  void handle(Request request, Reply reply);
  // From somebody who may not.
  void refuse(const Request& request, Reply reply) const;
  // No message leaves any more, and those who wait for an answer get none.
  void stop();

  // Where a replica is reached at the listener of the controllers.
  std::optional<NodeAddress> address_of(NodeId replica) const;

  // The voters with where each is reached, as far as that is known: those of static voters are configured.
  std::vector<raft::Voter> voters_of(const raft::Voters& voters) const;

  // QuorumLink
  void ask(raft::Message request) override;
  void answer(raft::Message response, Bytes bytes) override;

 private:
  struct Asked {
    NodeId replica;
    int64_t correlation;
    raft::Request request;
  };
  struct Forgotten {
    NodeAddress address{};
    int64_t until_ms = 0;
  };

  Peer* peer_of(NodeId replica);
  void count(metrics::NodeCounter messages, metrics::NodeCounter bytes, size_t size) const;
  void send(Peer& peer, std::shared_ptr<Asked> asked);
  void on_answer(const Asked& asked, Result<PeerAnswer, PeerFailure> answer);
  raft::Response response_of(const Asked& asked, Result<PeerAnswer, PeerFailure> answer);
  void on_failure(const Asked& asked, const PeerFailure& failure);
  bool may_learn_of(NodeId leader, Epoch epoch) const;
  void learn(NodeId replica, NodeAddress address);
  void forget(NodeId replica);
  bool is_forgotten(NodeId replica, const NodeAddress& address) const;
  void disconnect(NodeId replica);
  void learn_from(const raft::BeginQuorumEpochRequest& begin, const std::vector<raft::Endpoint>& endpoints);
  void hear_of_leader(raft::Response& response, std::optional<NodeAddress> address);

  const Uses uses_;
  RaftDriver* driver_ = nullptr;
  std::map<NodeId, NodeAddress> configured_;
  std::map<NodeId, NodeAddress> heard_;
  std::map<NodeId, Forgotten> forgotten_;
  QuorumRefusals refusals_;
  std::map<NodeId, std::unique_ptr<Peer>> peers_;
  std::map<int64_t, Reply> callers_;  // by the correlation that they have in this process
  int64_t last_correlation_ = 0;
  bool stopped_ = false;
};

}  // namespace klamm::broker
