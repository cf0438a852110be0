#include "broker/server_peers.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

using security::TlsContext;

// Without a login for the mechanism, which the start has warned of, nobody lets this node in.
net::PeerSasl sasl_of(const SaslConfig& sasl, const std::string& mechanism, std::string mechanism_key) {
  net::PeerSasl made{.mechanism = mechanism, .mechanism_key = std::move(mechanism_key), .login = {}};
  if (const auto login = sasl.logins.find(mechanism); login != sasl.logins.end()) made.login = login->second;
  return made;
}

// How the listener is got in at.
struct Entry {
  net::PeerSettings settings;
  net::PeerCommons::Context tls;
};

Result<Entry, Failure> entry_of(const NodeConfig& config, PeerListener which, int64_t now_ms,
                                bool may_have_others) {
  const bool to_controllers = which == PeerListener::kControllers;
  Entry entry;
  entry.settings.listener =
      to_controllers ? config.quorum.controller_listeners.front() : config.network.inter_broker_listener;
  entry.settings.setup_timeout_ms = config.network.connection_setup_timeout_ms;
  const auto found = config.security.listeners.find(entry.settings.listener);
  if (found == config.security.listeners.end()) return entry;
  const ListenerSecurity& secured = found->second;
  if (secured.tls) {
    entry.settings.speaks_tls = true;
    auto made = TlsContext::make(*secured.tls, TlsContext::Side::kClient, now_ms);
    if (!made && !may_have_others) return Error{made.error()};
    if (made) {
      entry.tls = *std::move(made);
    } else {
      LOG_WARN("{}; nothing connects to listener {} of other nodes before it is given others",
               made.error().message, entry.settings.listener);
    }
  }
  if (secured.sasl) {
    entry.settings.sasl = to_controllers ? sasl_of(*secured.sasl, config.security.controller_mechanism,
                                                   "sasl.mechanism.controller.protocol")
                                         : sasl_of(*secured.sasl, config.security.inter_broker_mechanism,
                                                   "sasl.mechanism.inter.broker.protocol");
  }
  return entry;
}

}  // namespace

Result<std::unique_ptr<ServerPeers>, Failure> ServerPeers::make(const NodeConfig& config,
                                                                const std::vector<net::LoopThread*>& loops,
                                                                Workers& resolvers, Random& random,
                                                                int64_t now_ms, bool may_have_others) {
  std::unique_ptr<ServerPeers> made(new ServerPeers(config.id));
  for (const PeerListener which : {PeerListener::kControllers, PeerListener::kBrokers}) {
    auto entry = entry_of(config, which, now_ms, may_have_others);
    if (!entry) return Error{entry.error()};
    made->listeners_[which] = entry->settings.listener;
    for (net::LoopThread* loop : loops) {
      made->peers_[{which, loop}] =
          std::make_unique<net::Peers>(net::PeerUses{*loop, resolvers, random}, entry->settings, entry->tls);
    }
  }
  return made;
}

void ServerPeers::follow(const std::string& listener, const security::TlsConfig& stores, int64_t now_ms) {
  auto made = TlsContext::make(stores, TlsContext::Side::kClient, now_ms);
  if (!made) {
    LOG_ERROR("connections to other nodes at {} are made with the stores of before: {}", listener,
              made.error().message);
    return;
  }
  for (const auto& [place, peers] : peers_) {
    if (listeners_.at(place.first) == listener) peers->set_tls(*made);
  }
}

std::unique_ptr<Peer> ServerPeers::connect(PeerListener which, Loop& loop, NodeId id,
                                           const NodeAddress& address) const {
  const std::string who = id.value < 0 ? "a bootstrap server" : "node " + std::to_string(id.value);
  return peers_.at({which, &loop})
      ->make({.who = who, .host = address.host, .port = address.port},
             "broker-" + std::to_string(self_.value));
}

}  // namespace klamm::broker
