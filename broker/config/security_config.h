// Who may connect, how, and as whom: TLS and SASL of each listener, how principals are named, and what the
// authorizer is told. Holds secrets: never printed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/metadata/access.h"
#include "security/principal_mapping.h"
#include "security/tls_config.h"

namespace klamm::broker {

// A user and a password, from a JAAS entry.
struct SaslLogin {
  std::string user;
  std::string password;

  friend bool operator==(const SaslLogin&, const SaslLogin&) = default;
};

struct SaslConfig {
  std::vector<std::string> mechanisms;  // sasl.enabled.mechanisms, in the file's order
  // user_<name>="password" of PlainLoginModule, by name.
  std::map<std::string, std::string, std::less<>> plain_users;
  // username and password of each mechanism's JAAS entry: with what this node logs in to others.
  std::map<std::string, SaslLogin, std::less<>> logins;
  int32_t receive_size_max = 524288;  // sasl.server.max.receive.size
  int64_t reauth_max_ms = 0;          // connections.max.reauth.ms; 0: never
  // listener.name.<listener>.<mechanism>.connections.max.reauth.ms
  std::map<std::string, int64_t, std::less<>> reauth_max_ms_of_mechanism;
  bool strict_nonce = false;  // klamm.sasl.scram.strict.nonce

  int64_t reauth_max_ms_of(std::string_view mechanism) const {
    const auto own = reauth_max_ms_of_mechanism.find(mechanism);
    return own == reauth_max_ms_of_mechanism.end() ? reauth_max_ms : own->second;
  }

  friend bool operator==(const SaslConfig&, const SaslConfig&) = default;
};

// Stores that a listener was given while the node ran, and that do not fit what the file says by now.
struct UnfitStores {
  std::string why;
  bool other_trust = false;  // they say whom to trust, and not those whom the file trusts

  friend bool operator==(const UnfitStores&, const UnfitStores&) = default;
};

struct ListenerSecurity {
  std::optional<security::TlsConfig> tls;  // of SSL and SASL_SSL
  std::optional<SaslConfig> sasl;          // of SASL_PLAINTEXT and SASL_SSL
  std::optional<UnfitStores> unfit;        // then `tls` is the file's

  friend bool operator==(const ListenerSecurity&, const ListenerSecurity&) = default;
};

struct SecurityConfig {
  std::map<std::string, ListenerSecurity, std::less<>> listeners;  // by their names, in capitals
  security::PrincipalMapping principal_mapping;                    // ssl.principal.mapping.rules
  // Of listeners that have rules of their own.
  std::map<std::string, security::PrincipalMapping, std::less<>> principal_mapping_of_listener;
  AuthorizerRules authorizer;
  std::set<std::string> early_start_listeners;    // early.start.listeners; checked, and not acted on
  std::string inter_broker_mechanism = "GSSAPI";  // sasl.mechanism.inter.broker.protocol
  std::string controller_mechanism = "GSSAPI";    // sasl.mechanism.controller.protocol
  bool allow_dn_changes = false;                  // ssl.allow.dn.changes
  bool allow_san_changes = false;

  const security::PrincipalMapping& mapping_of(std::string_view listener) const {
    const auto own = principal_mapping_of_listener.find(listener);
    return own == principal_mapping_of_listener.end() ? principal_mapping : own->second;
  }
};

}  // namespace klamm::broker
