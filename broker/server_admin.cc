#include "broker/server_admin.h"

#include <utility>

#include "base/logging.h"
#include "broker/config/endpoints.h"

namespace klamm::broker {

Result<std::unique_ptr<ServerAdmin>, Failure> ServerAdmin::open(const NodeConfig& config, const Clock& clock,
                                                                Node& node) {
  if (config.admin.listeners.empty()) return std::unique_ptr<ServerAdmin>();
  const scrape::Basics basics{.config = config,
                              .clock = clock,
                              .stats = node.stats(),
                              .started_wall_ms = clock.wall_ms(),
                              .started_ms = clock.monotonic_ms()};
  std::unique_ptr<ServerAdmin> made(new ServerAdmin(basics));
  auto listening = net::AdminHttp::listen(config.admin.listeners, made->pages_);
  if (!listening && config.admin.is_asked_for) return Error{listening.error()};
  if (!listening) {
    LOG_WARN(
        "this node tells no metrics, and not how it is: {}; set klamm.admin.listener to another address, or "
        "to none",
        listening.error().message);
    return std::unique_ptr<ServerAdmin>();
  }
  made->http_ = *std::move(listening);
  for (size_t i = 0; i < config.admin.listeners.size(); ++i) {
    const std::string& host = config.admin.listeners[i].host;
    LOG_INFO("metrics and health are told at http://{}/",
             render_address(host.empty() ? "0.0.0.0" : host, made->http_->ports()[i]));
  }
  return made;
}

void ServerAdmin::attach(Node& node, const net::NetServer& network, const net::LoopPool& loops,
                         net::LoopThread& quorum_loop, MemoryBudget& memory) {
  std::vector<LoopWatch::Watched> watched = {{quorum_loop.name(), &quorum_loop}};
  std::vector<const net::LoopThread*> threads;
  for (size_t i = 0; i < loops.size(); ++i) {
    watched.push_back({loops.at(i).name(), &loops.at(i)});
    threads.push_back(&loops.at(i));
  }
  pages_.health().watch(watched);
  const NetView net{.listeners = [&network] { return network.samples(); },
                    .loops =
                        [threads, &quorum_loop] {
                          std::vector<metrics::LoopSample> samples;
                          for (const net::LoopThread* loop : threads)
                            samples.push_back({loop->name(), false, loop->idle_us()});
                          samples.push_back({quorum_loop.name(), true, quorum_loop.idle_us()});
                          return samples;
                        },
                    .requests = network.requests(),
                    .softwares = network.softwares(),
                    .memory = memory};
  pages_.metrics().attach(node.view(), net);
}

}  // namespace klamm::broker
