// SecurityConfig from settings whose values have been checked one by one: TLS and SASL of each listener, the
// names of principals, the authorizer. What is found names keys and files, never a password.
#pragma once

#include "broker/config/findings.h"
#include "broker/config/jaas_file.h"
#include "broker/config/network_config.h"
#include "broker/config/node_config.h"
#include "broker/config/security_config.h"
#include "broker/config/settings.h"

namespace klamm::broker {

// Fills config.security; config has its roles, its listeners and its quorum.
void build_security(const Settings& settings, const ConfigSources& sources, NodeConfig& config,
                    Findings& findings);

// Of a listener whose protocol is SSL or SASL_SSL. Files are not opened here.
security::TlsConfig build_tls(const Settings& settings, const Endpoint& endpoint, Findings& findings);

// Of a listener whose protocol is SASL_PLAINTEXT or SASL_SSL.
SaslConfig build_sasl(const Settings& settings, const std::string& listener, JaasFile& jaas,
                      Findings& findings);

// Of a listener that this node does not have, and connects to on others: that of the controllers, at a broker
// alone. As Kafka's clientChannelBuilder, it needs no key store, and a login with `mechanism` alone.
security::TlsConfig build_tls_of_client(const Settings& settings, const Endpoint& endpoint,
                                        Findings& findings);
SaslConfig build_sasl_of_client(const Settings& settings, const std::string& listener,
                                const std::string& mechanism, JaasFile& jaas, Findings& findings);

// Whether this node can log in where nodes speak to each other: config.security is built.
void check_own_logins(const Settings& settings, const NodeConfig& config, Findings& findings);

}  // namespace klamm::broker
