// Addresses in configuration: listeners, the map of their protocols, voters, bootstrap servers.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/config/network_config.h"
#include "broker/config/quorum_config.h"

namespace klamm::broker {

// By listener name in capitals.
using ProtocolMap = std::map<std::string, SecurityProtocol, std::less<>>;

// "CONTROLLER:PLAINTEXT,EXTERNAL:SSL".
Result<ProtocolMap, Failure> parse_protocol_map(std::string_view text);

// NAME://host:port. The name is made capitals; brackets around an IPv6 address come off.
struct ListenerAddress {
  std::string listener;
  std::string host;
  int32_t port = 0;
};
Result<ListenerAddress, Failure> parse_listener_address(std::string_view entry);

// The entries of `key` (listeners or advertised.listeners), with their protocols. Names differ; with
// `distinct_ports` so do ports, except that one IPv4 and one IPv6 address may share one.
Result<std::vector<Endpoint>, Failure> parse_endpoints(std::string_view key,
                                                       const std::vector<std::string>& entries,
                                                       const ProtocolMap& protocols, bool distinct_ports);

// id@host:port, each id once.
Result<std::vector<QuorumVoter>, Failure> parse_quorum_voters(const std::vector<std::string>& entries);
// host:port; their ids are -2, -3, ... in order, as Kafka numbers nodes it does not know yet.
Result<std::vector<QuorumVoter>, Failure> parse_bootstrap_servers(const std::vector<std::string>& entries);

bool is_ipv4(std::string_view host);
bool is_ipv6(std::string_view host);
// Letters, digits and -%._: only.
bool is_host(std::string_view text);
// "host:port", an IPv6 address in brackets.
std::string render_address(std::string_view host, int32_t port);

}  // namespace klamm::broker
