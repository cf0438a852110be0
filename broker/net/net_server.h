// NetServer: the network edge as the rest of the node sees it. It listens, and hands requests to the handler
// on the loops' threads.
//
// Order of life: the loops, the workers and the memory budget are made before it and outlive it; frames that
// handlers hold refer to the budget, so that it goes last.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/client_software.h"
#include "broker/config/network_config.h"
#include "broker/memory_budget.h"
#include "broker/metrics/request_stats.h"
#include "broker/net/bound_listeners.h"
#include "broker/net/listener_gates.h"
#include "broker/net/loop_pool.h"
#include "broker/net/net_stats.h"
#include "broker/quota/quota_limits.h"
#include "broker/request.h"

namespace klamm::broker::net {

class NetServer {
 public:
  // `loops` has been started. Of `config` the limits and listeners are taken; loops, workers and memory are
  // given. `gates` has every listener that is not PLAINTEXT; null where all are.
  NetServer(NetworkConfig config, LoopPool& loops, Workers& workers, MemoryBudget& memory,
            RequestHandler& handler, const ListenerGates* gates = nullptr);
  ~NetServer();

  // Accepts on those listeners that are `early`; the others keep their ports, and refuse who comes. A failure
  // leaves nothing open.
  Result<void, Failure> start(BoundListeners listeners, const std::function<bool(const Listener&)>& early);
  // Accepts on the others too, once.
  Result<void, Failure> open_rest();
  // Binds them first, and accepts on all.
  Result<void, Failure> start();
  // The port that a listener was given, when its configured port is 0; 0 for a name that is not listened on.
  uint16_t port(std::string_view listener) const;

  // Stops accepting, lets open requests finish for at most `patience_ms`, and closes all connections. Returns
  // when nothing can reach the handler any more. Not from a loop's thread.
  void stop(int64_t patience_ms);

  // Of `config` the limits of connections hold from here on: its listeners are those that are listened on.
  // As in Kafka, a smaller max.connections closes the least recently used, the other limits are for those
  // that come. A host in the overrides that does not resolve leaves all as it was. After start().
  Result<void, Failure> set_limits(const NetworkConfig& config);
  // How many connections there are descriptors for; what there are more is closed, the least recently used
  // first. After start().
  void set_room(int32_t connections);
  // connection_creation_rate of addresses, or of hosts, which are asked name servers for: this may take its
  // time. One that does not resolve is told of, and has no quota of its own.
  void set_ip_rates(const IpRates& rates);

  // From any thread, after start().
  NetStats stats() const;
  std::vector<ListenerSample> samples() const;
  // Of each loop; good for as long as this is.
  std::vector<const metrics::RequestStats*> requests() const;
  const SoftwareCensus& softwares() const;

 private:
  struct State;
  Result<void, Failure> open(const std::function<bool(const Listener&)>& which);

  std::shared_ptr<State> state_;
};

}  // namespace klamm::broker::net
