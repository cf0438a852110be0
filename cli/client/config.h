// ClientConfig: how a tool gets in: bootstrap servers, TLS, the login, and how patient it is; made of what
// Java clients are configured with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client/properties.h"
#include "cli/client/stream.h"
#include "cli/error.h"
#include "cli/tool.h"
#include "security/tls_context.h"

namespace klamm::cli {

// Holds a secret: never printed.
struct ClientLogin {
  std::string mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512
  std::string user;
  std::string password;
};

struct ClientConfig {
  std::vector<HostPort> bootstrap;
  bool is_for_controllers = false;  // bootstrap.controllers: these are controllers' listeners
  std::string client_id = "adminclient-1";
  std::shared_ptr<const security::TlsContext> tls;  // null: none
  std::optional<ClientLogin> login;
  int64_t request_timeout_ms = 30'000;
  int64_t call_timeout_ms = 60'000;  // default.api.timeout.ms
  int64_t connect_timeout_ms = 10'000;
  int64_t retry_backoff_ms = 100;
  int64_t retry_backoff_max_ms = 1'000;
};

// "host:port,host:port"; each has a port.
Attempt<std::vector<HostPort>> parse_bootstrap(std::string_view key, std::string_view text);

// `properties` has bootstrap.servers or bootstrap.controllers; keys that say nothing to a client are passed
// over. Reads the stores and the JAAS file that are named. A failure names the key and what would be right.
Attempt<ClientConfig> make_client_config(const ClientProperties& properties, const Session& session);

// Of a tool that has --bootstrap-server, perhaps --bootstrap-controller, and --command-config: exactly one of
// the first two, else a kUsage.
Attempt<ClientConfig> client_config_of(const Options& options, const Session& session);

}  // namespace klamm::cli
