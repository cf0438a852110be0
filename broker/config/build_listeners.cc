// The listeners of a node, by the rules of KafkaConfig.validateValues (4.3).
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/build.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kNotRoutable = "0.0.0.0";

bool contains(const StringList& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

const Endpoint* find(const std::vector<Endpoint>& endpoints, std::string_view listener) {
  auto found = std::find_if(endpoints.begin(), endpoints.end(),
                            [&](const Endpoint& endpoint) { return endpoint.listener == listener; });
  return found == endpoints.end() ? nullptr : &*found;
}

std::string names(const std::vector<Endpoint>& endpoints) {
  StringList names;
  for (const Endpoint& endpoint : endpoints) names.push_back(endpoint.listener);
  return join(names, ",");
}

bool is_secure_name(std::string_view listener) {
  std::optional<SecurityProtocol> protocol = security_protocol_from(listener);
  return protocol && *protocol != SecurityProtocol::kPlaintext;
}

// Whether anything in the names of listeners speaks for TLS or SASL, which keeps Kafka from taking controller
// listeners for PLAINTEXT.
bool has_secure_names(const Settings& settings, const StringList& controller_names) {
  if (std::any_of(controller_names.begin(), controller_names.end(), is_secure_name)) return true;
  StringList listeners = settings.list("listeners");
  return std::any_of(listeners.begin(), listeners.end(), [](const std::string& entry) {
    return is_secure_name(upper_case(std::string_view(entry).substr(0, entry.find(':'))));
  });
}

// Before the listeners are read, whose own complaint would not give the whole line.
Problem check_controller_protocols(const Settings& settings, const NodeConfig& config,
                                   const ProtocolMap& protocols) {
  for (const std::string& name : config.quorum.controller_listeners) {
    if (protocols.find(name) != protocols.end()) continue;
    return fmt::format(
        "listener.security.protocol.map has no entry for the controller listener {}; write "
        "listener.security.protocol.map={},{}:PLAINTEXT (or its protocol)",
        name, settings.text("listener.security.protocol.map"), name);
  }
  return std::nullopt;
}

Problem check_controller_names(const Settings& settings, const NodeConfig& config,
                               const std::vector<Endpoint>& bound) {
  for (const std::string& name : config.quorum.controller_listeners) {
    bool listens = find(bound, name) != nullptr;
    if (config.is_controller && !listens) {
      return fmt::format(
          "controller.listener.names={} is not among listeners={}; a controller listens on it: add "
          "{}://:9093",
          name, settings.map().contains("listeners") ? join(settings.list("listeners"), ",") : names(bound),
          name);
    }
    if (!config.is_controller && listens) {
      return fmt::format(
          "listeners={} contains the controller listener {}, which a node without the controller "
          "role does not open; take it out",
          join(settings.list("listeners"), ","), name);
    }
  }
  if (config.is_broker) return std::nullopt;
  for (const Endpoint& endpoint : bound) {
    if (!contains(config.quorum.controller_listeners, endpoint.listener)) {
      return fmt::format(
          "listeners contains {}, which is not in controller.listener.names; a node that is only a "
          "controller has no other listeners",
          endpoint.listener);
    }
  }
  return std::nullopt;
}

// What controllers register, by Kafka's order of preference: advertised.listeners, for the first listener the
// address of controller.quorum.voters, the listener's own address.
std::vector<Endpoint> controller_addresses(const NodeConfig& config, const std::vector<Endpoint>& advertised,
                                           const std::vector<Endpoint>& bound, const std::string& host_name) {
  std::vector<Endpoint> result;
  for (const std::string& name : config.quorum.controller_listeners) {
    if (const Endpoint* endpoint = find(advertised, name)) {
      result.push_back(*endpoint);
      continue;
    }
    const Endpoint* own = find(bound, name);
    if (own == nullptr) continue;
    Endpoint endpoint = *own;
    bool everywhere = endpoint.host.empty() || endpoint.host == kNotRoutable;
    if (everywhere) endpoint.host = host_name;
    for (const QuorumVoter& voter : config.quorum.voters) {
      if (everywhere && result.empty() && voter.id == config.id) {
        endpoint.host = voter.host;
        endpoint.port = voter.port;
      }
    }
    result.push_back(std::move(endpoint));
  }
  return result;
}

Problem check_routable(const std::vector<Endpoint>& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.host != kNotRoutable) continue;
    return fmt::format(
        "{} would be advertised as 0.0.0.0, which nobody can reach; set "
        "advertised.listeners={}://<a name or address of this host>:{}",
        endpoint.listener, endpoint.listener, endpoint.port);
  }
  return std::nullopt;
}

// The listener that brokers use among themselves.
Problem choose_inter_broker_listener(const Settings& settings, const ProtocolMap& protocols,
                                     NodeConfig& config) {
  std::optional<std::string> name = settings.optional_text("inter.broker.listener.name");
  if (name && settings.is_set("security.inter.broker.protocol")) {
    return fmt::format(
        "inter.broker.listener.name={} and security.inter.broker.protocol={} exclude each other; "
        "remove security.inter.broker.protocol",
        *name, settings.text("security.inter.broker.protocol"));
  }
  NetworkConfig& network = config.network;
  network.inter_broker_listener = upper_case(name ? *name : settings.text("security.inter.broker.protocol"));
  if (name && protocols.find(network.inter_broker_listener) == protocols.end()) {
    return fmt::format(
        "inter.broker.listener.name={} has no entry in listener.security.protocol.map; add {}:PLAINTEXT "
        "(or its protocol)",
        *name, network.inter_broker_listener);
  }
  if (!config.is_broker) {
    if (name && contains(config.quorum.controller_listeners, network.inter_broker_listener)) {
      return fmt::format(
          "inter.broker.listener.name={} is in controller.listener.names; brokers speak to each other "
          "on another listener",
          *name);
    }
    return std::nullopt;
  }
  if (find(network.advertised, network.inter_broker_listener) == nullptr) {
    return fmt::format(
        "inter.broker.listener.name{} {} is not among the advertised listeners {}; set "
        "inter.broker.listener.name={}",
        name ? "" : " (from security.inter.broker.protocol)", network.inter_broker_listener,
        names(network.advertised), network.advertised.front().listener);
  }
  return std::nullopt;
}

Problem build_advertised(const Settings& settings, const ProtocolMap& protocols,
                         const std::vector<Endpoint>& bound, const std::string& host_name,
                         NodeConfig& config) {
  std::vector<Endpoint> advertised = bound;
  bool set = settings.is_set("advertised.listeners");
  if (set) {
    auto parsed =
        parse_endpoints("advertised.listeners", settings.list("advertised.listeners"), protocols, false);
    if (!parsed) return parsed.error().message;
    advertised = std::move(parsed).value();
  }
  NetworkConfig& network = config.network;
  if (config.is_controller) {
    network.advertised_controllers =
        controller_addresses(config, set ? advertised : std::vector<Endpoint>(), bound, host_name);
  }
  for (Endpoint& endpoint : advertised) {
    if (contains(config.quorum.controller_listeners, endpoint.listener)) continue;
    if (config.is_broker && find(bound, endpoint.listener) == nullptr) {
      return fmt::format(
          "advertised.listeners names {}, which is not among listeners ({}); add it to listeners",
          endpoint.listener, names(bound));
    }
    if (endpoint.host.empty()) endpoint.host = host_name;
    network.advertised.push_back(endpoint);
  }
  if (config.is_broker && network.advertised.empty()) {
    return "listeners has nothing for clients: all of them are in controller.listener.names; add "
           "PLAINTEXT://:9092";
  }
  if (Problem problem = check_routable(network.advertised)) return problem;
  return check_routable(network.advertised_controllers);
}

}  // namespace

Result<ProtocolMap, Failure> protocol_map(const Settings& settings) {
  Result<ProtocolMap, Failure> protocols =
      parse_protocol_map(settings.text("listener.security.protocol.map"));
  if (!protocols || settings.is_set("listener.security.protocol.map")) return protocols;
  StringList controller_names;
  for (const std::string& name : settings.list("controller.listener.names")) {
    controller_names.push_back(upper_case(name));
  }
  if (has_secure_names(settings, controller_names)) return protocols;
  for (const std::string& name : controller_names) protocols->emplace(name, SecurityProtocol::kPlaintext);
  return protocols;
}

Problem build_listeners(const Settings& settings, const std::string& host_name, NodeConfig& config) {
  Result<ProtocolMap, Failure> protocols = protocol_map(settings);
  if (!protocols) return protocols.error().message;
  if (Problem problem = check_controller_protocols(settings, config, *protocols)) return problem;
  auto bound = parse_endpoints("listeners", settings.list("listeners"), *protocols, true);
  if (!bound) return bound.error().message;
  if (Problem problem = check_controller_names(settings, config, *bound)) return problem;
  for (const Endpoint& endpoint : *bound) {
    Listener listener{endpoint, contains(config.quorum.controller_listeners, endpoint.listener)};
    if (auto limit = settings.of_listener(endpoint.listener, "max.connections"))
      listener.connections_max = *limit;
    if (auto limit = settings.of_listener(endpoint.listener, "max.connection.creation.rate")) {
      listener.connection_creation_rate_max = *limit;
    }
    config.network.listeners.push_back(std::move(listener));
  }
  if (Problem problem = build_advertised(settings, *protocols, *bound, host_name, config)) return problem;
  return choose_inter_broker_listener(settings, *protocols, config);
}

}  // namespace klamm::broker
