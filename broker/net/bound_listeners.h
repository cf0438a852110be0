// The sockets of all listeners, bound and not listening yet: a port that is in use is known before a node
// does anything else, and clients are refused until it is ready for them.
#pragma once

#include <vector>

#include "base/result.h"
#include "broker/config/network_config.h"
#include "broker/net/acceptor.h"

namespace klamm::broker::net {

class BoundListeners {
 public:
  // All of config.listeners, in their order, or none.
  static Result<BoundListeners, Failure> bind(const NetworkConfig& config);

  BoundListeners(BoundListeners&& other) noexcept;
  BoundListeners& operator=(BoundListeners&&) = delete;
  ~BoundListeners();  // Closes what was not taken.

  // Behind 0 in the configuration stands the one that the kernel chose.
  uint16_t port(size_t index) const { return bound_[index].socket.port; }
  // Has one of them listen, and gives it away.
  Result<ListeningSocket, Failure> listen(size_t index);

 private:
  struct Bound {
    ListenAddress address;
    ListeningSocket socket;
    bool is_taken = false;
  };

  BoundListeners() = default;

  std::vector<Bound> bound_;
};

}  // namespace klamm::broker::net
