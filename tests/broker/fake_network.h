// FakeNetwork: connections between nodes of a test that share a clock. What goes over them are the bodies of
// real requests and responses; each takes one turn of the loop that it comes to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "broker/peer.h"
#include "broker/quorum_wire.h"
#include "broker/request.h"

namespace klamm::broker::testing {

class FakeNetwork {
 public:
  using Handler = std::function<void(Request, Reply)>;
  struct Connection;

  // From now on somebody listens there, on that loop, to controllers or to brokers and clients.
  void listen(uint16_t port, Loop& loop, Handler handler, bool controllers = true);
  // Nobody does any more: who is connected hears it, and who connects is refused.
  void close(uint16_t port);
  // The connections there end, and new ones can be made.
  void drop(uint16_t port);
  // Connections that are made there come to nothing: a handshake that fails.
  void lock(uint16_t port) { locked_.insert(port); }
  void unlock(uint16_t port) { locked_.erase(port); }
  // What goes between the two is lost, and nobody is told. Ports name nodes.
  void cut(uint16_t a, uint16_t b) { cuts_.insert(std::minmax(a, b)); }
  void heal() { cuts_.clear(); }

  // A connection of the node that listens at `own` to the one at `to`.
  std::unique_ptr<Peer> connect(Loop& loop, uint16_t own, uint16_t to);

  // What becomes of the frame of an answer on its way.
  std::function<void(int16_t key, Bytes& frame)> tamper;
  // Requests that have arrived somewhere, by API key.
  std::map<int16_t, int> arrived;

 private:
  friend class FakePeer;
  struct Listener {
    Loop* loop = nullptr;
    std::shared_ptr<Handler> handler;
    bool controllers = true;
  };

  bool is_cut(uint16_t a, uint16_t b) const { return cuts_.contains(std::minmax(a, b)); }
  void carry(const std::shared_ptr<Connection>& connection, uint64_t id, PeerRequest request);

  std::map<uint16_t, Listener> listeners_;
  std::set<std::pair<uint16_t, uint16_t>> cuts_;
  std::set<uint16_t> locked_;
  std::vector<std::weak_ptr<Connection>> connections_;
};

}  // namespace klamm::broker::testing
