// Key and trust stores of listeners, which may change while a node runs (KIP-226).
#include <fmt/format.h>

#include "broker/config/alter.h"
#include "broker/config/build.h"
#include "broker/config/build_security.h"
#include "broker/config/settings.h"

namespace klamm::broker {
namespace {

// The listeners of settings that have made a node; none of settings that would not.
std::vector<Endpoint> tls_listeners(const Settings& settings) {
  const auto protocols = protocol_map(settings);
  if (!protocols) return {};
  auto endpoints = parse_endpoints("listeners", settings.list("listeners"), *protocols, true);
  if (!endpoints) return {};
  std::erase_if(*endpoints, [](const Endpoint& endpoint) { return !speaks_tls(endpoint.protocol); });
  return std::move(endpoints).value();
}

ConfigError refused(std::string message) {
  return {protocol::ErrorCode::kInvalidRequest, std::move(message)};
}

}  // namespace

bool is_store_key(std::string_view name) {
  const auto split = split_listener_key(name);
  return split && is_per_listener_only(split->rest);
}

std::optional<ConfigError> check_store_changes(const ConfigMap& before, const ConfigMap& after,
                                               const StoreTrial& trial) {
  // What else has changed is for listeners that are opened later.
  ConfigMap changed = before;
  std::erase_if(changed, [](const auto& setting) { return is_store_key(setting.first); });
  for (const auto& [name, value] : after) {
    if (is_store_key(name)) changed[name] = value;
  }
  for (const Endpoint& endpoint : tls_listeners(Settings(before))) {
    Findings old_findings, findings;
    const security::TlsConfig old_tls = build_tls(Settings(before), endpoint, old_findings);
    const security::TlsConfig tls = build_tls(Settings(changed), endpoint, findings);
    if (tls == old_tls) continue;
    if (!findings.problems.empty()) return refused(findings.problems.front());
    if (tls.trust_store.is_set() && !old_tls.trust_store.is_set()) {
      return refused(fmt::format(
          "Cannot add SSL truststore to an existing listener for which no truststore was configured "
          "({})",
          endpoint.listener));
    }
    if (auto failure = trial ? trial(endpoint.listener, tls) : std::nullopt) {
      return refused("Validation of dynamic config update of SSLFactory failed: " + failure->message);
    }
  }
  return std::nullopt;
}

SecurityConfig security_with(const NodeConfig& config, const ConfigMap& dynamic) {
  ConfigMap settings = config.file;
  for (const auto& [name, value] : dynamic) {
    if (is_store_key(name)) settings[name] = value;
  }
  SecurityConfig security = config.security;
  for (const Listener& listener : config.network.listeners) {
    const auto found = security.listeners.find(listener.endpoint.listener);
    if (found == security.listeners.end() || !found->second.tls) continue;
    Findings findings;
    security::TlsConfig tls = build_tls(Settings(settings), listener.endpoint, findings);
    if (findings.problems.empty()) {
      found->second.tls = std::move(tls);
    } else {
      const bool other_trust = tls.trust_store != found->second.tls->trust_store;
      found->second.unfit = UnfitStores{findings.problems.front(), other_trust};
    }
  }
  return security;
}

}  // namespace klamm::broker
