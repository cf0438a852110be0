// ServerAdmin: what a node answers to who watches it over HTTP, put together: open before anything else is
// done, so that it can be asked how the start goes.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "broker/memory_budget.h"
#include "broker/net/admin_http.h"
#include "broker/net/loop_pool.h"
#include "broker/net/net_server.h"
#include "broker/node.h"
#include "broker/scrape/admin_pages.h"

namespace klamm::broker {

class ServerAdmin {
 public:
  // Listens where klamm.admin.listener says. Null where that is nowhere, or only the default address is in
  // use. The node has been made, and it, the configuration and the clock outlive the result.
  static Result<std::unique_ptr<ServerAdmin>, Failure> open(const NodeConfig& config, const Clock& clock,
                                                            Node& node);

  // The node is loaded, its loops run, and its network has started; all of it outlives this.
  void attach(Node& node, const net::NetServer& network, const net::LoopPool& loops,
              net::LoopThread& quorum_loop, MemoryBudget& memory);
  void stop() { http_->stop(); }

 private:
  explicit ServerAdmin(const scrape::Basics& basics) : pages_(basics) {}

  AdminPages pages_;
  std::unique_ptr<net::AdminHttp> http_;
};

}  // namespace klamm::broker
