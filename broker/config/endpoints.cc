#include "broker/config/endpoints.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/config/text.h"

namespace klamm::broker {
namespace {

struct HostPort {
  std::string host;
  int64_t port;  // may be out of range
};

// [host]:port or host:port; the host may be empty.
std::optional<HostPort> split_host_port(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (port.starts_with('+')) return std::nullopt;
  std::optional<int64_t> number = parse_integer(port, INT64_MIN, INT64_MAX);
  if (!number) return std::nullopt;
  if (host.starts_with('[')) host.remove_prefix(1);
  if (host.ends_with(']')) host.remove_suffix(1);
  if (!is_host(host)) return std::nullopt;
  return HostPort{std::string(host), *number};
}

std::optional<Failure> check_port(std::string_view entry, int64_t port) {
  if (port >= 0 && port <= 65535) return std::nullopt;
  return Failure{fmt::format("{}: the port must be between 0 and 65535", entry)};
}

// Two listeners may share a port only as an IPv4 and an IPv6 address.
std::optional<std::string> shared_port(const std::vector<Endpoint>& endpoints) {
  for (size_t i = 0; i < endpoints.size(); i++) {
    int same = 0;
    for (size_t j = 0; j < endpoints.size(); j++) {
      const Endpoint &a = endpoints[i], &b = endpoints[j];
      if (i == j || a.port == 0 || a.port != b.port) continue;
      same++;
      bool families = (is_ipv4(a.host) && is_ipv6(b.host)) || (is_ipv6(a.host) && is_ipv4(b.host));
      if (!families || same > 1) {
        return fmt::format(
            "{} and {} both use port {}; give one of them another port (only an IPv4 and an "
            "IPv6 address may share one)",
            a.listener, b.listener, a.port);
      }
    }
  }
  return std::nullopt;
}

Result<QuorumVoter, Failure> parse_voter(const std::string& entry) {
  size_t at = entry.find('@');
  std::optional<int64_t> id;
  if (at != std::string::npos) id = parse_integer(std::string_view(entry).substr(0, at), 0, INT32_MAX);
  std::optional<HostPort> address;
  if (at != std::string::npos) address = split_host_port(std::string_view(entry).substr(at + 1));
  if (!id || !address || address->host.empty() || address->port < 0 || address->port > 65535) {
    return Error{Failure{fmt::format(
        "controller.quorum.voters: '{}' is not of the form id@host:port, as in 1@localhost:9093", entry)}};
  }
  return QuorumVoter{NodeId{static_cast<int32_t>(*id)}, address->host, static_cast<int32_t>(address->port)};
}

}  // namespace

Result<ProtocolMap, Failure> parse_protocol_map(std::string_view text) {
  ProtocolMap map;
  for (const std::string& pair : split_list(text)) {
    size_t colon = pair.rfind(':');
    if (colon == std::string::npos) {
      return Error{
          Failure{fmt::format("listener.security.protocol.map: '{}' is not of the form NAME:PROTOCOL, "
                              "as in CONTROLLER:PLAINTEXT",
                              pair)}};
    }
    std::string name = upper_case(java_trim(std::string_view(pair).substr(0, colon)));
    std::string_view protocol_name = java_trim(std::string_view(pair).substr(colon + 1));
    std::optional<SecurityProtocol> protocol = security_protocol_from(protocol_name);
    if (!protocol) {
      return Error{
          Failure{fmt::format("listener.security.protocol.map: '{}' is not a security protocol; use "
                              "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
                              protocol_name)}};
    }
    map[name] = *protocol;
  }
  return map;
}

Result<ListenerAddress, Failure> parse_listener_address(std::string_view entry) {
  size_t separator = entry.rfind("://");
  std::optional<HostPort> address;
  if (separator != std::string_view::npos) address = split_host_port(entry.substr(separator + 3));
  if (!address || separator == 0) {
    return Error{
        Failure{fmt::format("'{}' is not of the form NAME://host:port, as in PLAINTEXT://:9092", entry)}};
  }
  if (std::optional<Failure> failure = check_port(entry, address->port)) return Error{*failure};
  return ListenerAddress{upper_case(entry.substr(0, separator)), address->host,
                         static_cast<int32_t>(address->port)};
}

Result<std::vector<Endpoint>, Failure> parse_endpoints(std::string_view key,
                                                       const std::vector<std::string>& entries,
                                                       const ProtocolMap& protocols, bool distinct_ports) {
  std::vector<Endpoint> endpoints;
  std::set<std::string> names;
  for (const std::string& entry : entries) {
    Result<ListenerAddress, Failure> address = parse_listener_address(entry);
    if (!address) return Error{Failure{fmt::format("{}: {}", key, address.error().message)}};
    auto protocol = protocols.find(address->listener);
    if (protocol == protocols.end()) {
      return Error{
          Failure{fmt::format("{}: no security protocol is known for {}; add {}:PLAINTEXT (or its "
                              "protocol) to listener.security.protocol.map",
                              key, address->listener, address->listener)}};
    }
    if (!names.insert(address->listener).second) {
      return Error{
          Failure{fmt::format("{}: the name {} is there twice; each listener has its own name (map a "
                              "second name to the protocol in listener.security.protocol.map)",
                              key, address->listener)}};
    }
    endpoints.push_back({address->listener, protocol->second, address->host, address->port});
  }
  if (distinct_ports) {
    if (std::optional<std::string> clash = shared_port(endpoints)) {
      return Error{Failure{fmt::format("{}: {}", key, *clash)}};
    }
  }
  return endpoints;
}

Result<std::vector<QuorumVoter>, Failure> parse_quorum_voters(const std::vector<std::string>& entries) {
  std::vector<QuorumVoter> voters;
  for (const std::string& entry : entries) {
    Result<QuorumVoter, Failure> voter = parse_voter(entry);
    if (!voter) return Error{voter.error()};
    for (const QuorumVoter& other : voters) {
      if (other.id == voter->id) {
        return Error{
            Failure{fmt::format("controller.quorum.voters: the id {} is there twice", voter->id.value)}};
      }
    }
    voters.push_back(*voter);
  }
  return voters;
}

Result<std::vector<QuorumVoter>, Failure> parse_bootstrap_servers(const std::vector<std::string>& entries) {
  std::vector<QuorumVoter> servers;
  for (const std::string& entry : entries) {
    std::optional<HostPort> address = split_host_port(entry);
    if (!address || address->host.empty() || address->port < 0 || address->port > 65535) {
      return Error{Failure{fmt::format(
          "controller.quorum.bootstrap.servers: '{}' is not of the form host:port, as in localhost:9093",
          entry)}};
    }
    NodeId id{-2 - static_cast<int32_t>(servers.size())};
    servers.push_back({id, address->host, static_cast<int32_t>(address->port)});
  }
  return servers;
}

bool is_ipv4(std::string_view host) {
  in_addr address;
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

bool is_ipv6(std::string_view host) {
  in6_addr address;
  return inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &address) == 1;
}

bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-%._:").find(c) != std::string_view::npos;
  });
}

std::string render_address(std::string_view host, int32_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

}  // namespace klamm::broker
