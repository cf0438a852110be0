#include "broker/config/missing_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/endpoints.h"
#include "broker/config/text.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

// What can be read from settings that are not complete.
class Guess {
 public:
  Guess(const ConfigMap& settings, const std::string& host_name)
      : settings_(settings), host_name_(host_name) {}

  std::string setting(std::string_view name) const {
    auto found = settings_.find(name);
    return found == settings_.end() ? "" : std::string(java_trim(found->second));
  }
  bool has(std::string_view name) const { return !setting(name).empty(); }

  std::string node_id() const {
    for (std::string_view key : {"node.id", "broker.id"}) {
      if (has(key) && setting(key) != "-1") return setting(key);
    }
    std::optional<int32_t> ordinal = ordinal_of(host_name_);
    return std::to_string(ordinal.value_or(1));
  }

  std::string controller_listener() const {
    StringList names = split_list(setting("controller.listener.names"));
    if (!names.empty()) return upper_case(names.front());
    for (const ListenerAddress& listener : listeners()) {
      if (listener.listener.starts_with("CONTROL")) return listener.listener;
    }
    return "CONTROLLER";
  }

  std::optional<ListenerAddress> controller_address() const {
    for (const ListenerAddress& listener : listeners()) {
      if (listener.listener == controller_listener()) return listener;
    }
    return std::nullopt;
  }

  // The controller's host as other nodes reach it: its own, else that of an advertised listener.
  std::string host() const {
    std::optional<ListenerAddress> own = controller_address();
    if (own && !own->host.empty() && own->host != "0.0.0.0") return own->host;
    for (const std::string& entry : split_list(setting("advertised.listeners"))) {
      auto address = parse_listener_address(entry);
      if (address && !address->host.empty()) return address->host;
    }
    return "localhost";
  }

  // A port for a controller listener that does not exist yet: the first free one from 9093.
  int32_t free_port() const {
    int32_t port = 9093;
    while (std::any_of(listeners_.begin(), listeners_.end(), [&](auto& l) { return l.port == port; })) port++;
    return port;
  }

  // The voter that this node would be.
  std::string voter() const {
    std::optional<ListenerAddress> own = controller_address();
    return fmt::format("{}@{}", node_id(), render_address(host(), own ? own->port : free_port()));
  }

  // What `listeners` and the protocol map would have to be with a controller listener, where they lack it.
  std::string lines_for_controller_listener(SettingForm form) const {
    if (controller_address()) return "";
    std::string name = controller_listener();
    std::string existing = has("listeners") ? setting("listeners") : "PLAINTEXT://:9092";
    std::string lines =
        ", and " + form("listeners", fmt::format("{},{}://:{}", existing, name, free_port()));
    constexpr std::string_view kMap = "listener.security.protocol.map";
    if (has(kMap)) lines += ", and " + form(kMap, fmt::format("{},{}:PLAINTEXT", setting(kMap), name));
    return lines;
  }

 private:
  std::vector<ListenerAddress> listeners() const { return listeners_; }
  std::vector<ListenerAddress> parse_listeners() const {
    std::vector<ListenerAddress> result;
    for (const std::string& entry : split_list(setting("listeners"))) {
      if (auto address = parse_listener_address(entry)) result.push_back(*address);
    }
    return result;
  }

  const ConfigMap& settings_;
  const std::string& host_name_;
  std::vector<ListenerAddress> listeners_ = parse_listeners();
};

}  // namespace

std::string property_line(std::string_view key, std::string_view value) {
  return fmt::format("{}={}", key, value);
}

std::vector<std::string> missing_keys(const ConfigMap& settings, const std::string& host_name,
                                      SettingForm form) {
  Guess guess(settings, host_name);
  std::vector<std::string> missing;
  if (!guess.has("process.roles")) {
    missing.push_back(
        "process.roles is missing (a file made for ZooKeeper does not have it); add " +
        form("process.roles", "broker,controller"));
  }
  if (!guess.has("node.id") && (!guess.has("broker.id") || guess.setting("broker.id") == "-1")) {
    std::optional<int32_t> ordinal = ordinal_of(host_name);
    missing.push_back(fmt::format(
        "node.id is missing; add {}{}", form("node.id", guess.node_id()),
        ordinal ? fmt::format(" (from the host name {})", host_name) : " (each node has its own number)"));
  }
  if (!guess.has("controller.listener.names")) {
    missing.push_back(fmt::format("controller.listener.names is missing; add {}{}",
                                  form("controller.listener.names", guess.controller_listener()),
                                  guess.lines_for_controller_listener(form)));
  }
  if (!guess.has("controller.quorum.voters") && !guess.has("controller.quorum.bootstrap.servers")) {
    missing.push_back(
        fmt::format("controller.quorum.voters is missing; add {} (every controller of the cluster is in it)",
                    form("controller.quorum.voters", guess.voter())));
  }
  return missing;
}

std::optional<int32_t> ordinal_of(std::string_view host_name) {
  std::string_view label = host_name.substr(0, host_name.find('.'));
  size_t dash = label.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  std::string_view digits = label.substr(dash + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::optional<int64_t> number = parse_integer(digits, 0, INT32_MAX);
  if (!number) return std::nullopt;
  return static_cast<int32_t>(*number);
}

}  // namespace klamm::broker
