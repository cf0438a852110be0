// ServerPeers: this node's connections to the listeners of others, by its configuration: one set for each
// loop and listener.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "broker/config/node_config.h"
#include "broker/net/peers.h"
#include "broker/node.h"

namespace klamm::broker {

class ServerPeers {
 public:
  // A failure names what is wrong with the stores of a listener; where it `may_have_others`, which only the
  // metadata knows, that is said, and nothing is connected to before follow() has brought them. `now_ms` is
  // wall-clock time. The loops and resolvers outlive the result, and the random numbers.
  static Result<std::unique_ptr<ServerPeers>, Failure> make(const NodeConfig& config,
                                                            const std::vector<net::LoopThread*>& loops,
                                                            Workers& resolvers, Random& random,
                                                            int64_t now_ms, bool may_have_others);

  // A listener has other stores from now on, and so have the connections that are made to it on other nodes.
  // From any thread.
  void follow(const std::string& listener, const security::TlsConfig& stores, int64_t now_ms);
  // On that loop, which is one of them.
  std::unique_ptr<Peer> connect(PeerListener which, Loop& loop, NodeId id, const NodeAddress& address) const;

 private:
  explicit ServerPeers(NodeId self) : self_(self) {}

  const NodeId self_;
  std::map<PeerListener, std::string> listeners_;
  std::map<std::pair<PeerListener, const Loop*>, std::unique_ptr<net::Peers>> peers_;
};

}  // namespace klamm::broker
