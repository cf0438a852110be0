#include "broker/server_peers.h"

#include <utility>

namespace klamm::broker {
namespace {

using security::TlsContext;

// Without a login for the mechanism, which the start has warned of, nobody lets this node in.
net::PeerSasl sasl_of(const SaslConfig& sasl, const std::string& mechanism, std::string mechanism_key) {
  net::PeerSasl made{.mechanism = mechanism, .mechanism_key = std::move(mechanism_key), .login = {}};
  if (const auto login = sasl.logins.find(mechanism); login != sasl.logins.end()) made.login = login->second;
  return made;
}

}  // namespace

Result<std::unique_ptr<net::Peers>, Failure> make_peers(const NodeConfig& config, PeerListener which,
                                                        const net::PeerUses& uses, int64_t now_ms) {
  const bool to_controllers = which == PeerListener::kControllers;
  net::PeerSettings settings;
  settings.listener =
      to_controllers ? config.quorum.controller_listeners.front() : config.network.inter_broker_listener;
  net::PeerCommons::Context tls;
  const auto secured = config.security.listeners.find(settings.listener);
  if (secured != config.security.listeners.end()) {
    const auto& [stores, sasl, unfit] = secured->second;
    if (stores) {
      auto made = TlsContext::make(*stores, TlsContext::Side::kClient, now_ms);
      if (!made) return Error{made.error()};
      tls = *std::move(made);
    }
    if (sasl) {
      settings.sasl = to_controllers ? sasl_of(*sasl, config.security.controller_mechanism,
                                               "sasl.mechanism.controller.protocol")
                                     : sasl_of(*sasl, config.security.inter_broker_mechanism,
                                               "sasl.mechanism.inter.broker.protocol");
    }
  }
  return std::make_unique<net::Peers>(uses, std::move(settings), std::move(tls));
}

}  // namespace klamm::broker
