// Who may connect, how, and as whom.
#include "broker/config/build_security.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/build.h"
#include "broker/config/listener_settings.h"
#include "broker/config/synonyms.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kStandardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
// What Kafka had until 3.9, for clusters with ZooKeeper: the same rules.
constexpr std::string_view kOldAuthorizer = "kafka.security.authorizer.AclAuthorizer";
constexpr std::string_view kMappingRules = "ssl.principal.mapping.rules";

// Keys that the authorizer reads, and Kafka's definitions do not have.
std::optional<std::string> plug_in_setting(const Settings& settings, std::string_view name) {
  const auto found = settings.map().find(name);
  if (found == settings.map().end()) return std::nullopt;
  return std::string(java_trim(found->second));
}

class SecurityBuilder {
 public:
  SecurityBuilder(const Settings& settings, const ConfigSources& sources, NodeConfig& config,
                  Findings& findings)
      : settings_(settings), config_(config), findings_(findings), jaas_(sources) {}

  void build() {
    for (const Listener& listener : config_.network.listeners) build_listener(listener.endpoint);
    if (!config_.is_controller) build_controllers_listener();
    principal_mapping();
    authorizer();
    early_start_listeners();
    security().inter_broker_mechanism = settings_.text("sasl.mechanism.inter.broker.protocol");
    security().controller_mechanism = settings_.text("sasl.mechanism.controller.protocol");
    security().allow_dn_changes = settings_.flag("ssl.allow.dn.changes");
    security().allow_san_changes = settings_.flag("ssl.allow.san.changes");
    check_own_logins(settings_, config_, findings_);
    tell_strange_prefixes();
  }

 private:
  SecurityConfig& security() { return config_.security; }

  void build_listener(const Endpoint& endpoint) {
    ListenerSecurity& listener = security().listeners[endpoint.listener];
    if (speaks_tls(endpoint.protocol)) listener.tls = build_tls(settings_, endpoint, findings_);
    if (speaks_sasl(endpoint.protocol)) {
      listener.sasl = build_sasl(settings_, endpoint.listener, jaas_, findings_);
    }
  }

  // A broker alone does not listen there, and connects to those who do.
  void build_controllers_listener() {
    if (config_.quorum.controller_listeners.empty()) return;
    const std::string& name = config_.quorum.controller_listeners.front();
    const auto protocols = protocol_map(settings_);
    if (!protocols || !protocols->contains(name)) return;
    const Endpoint endpoint{name, protocols->at(name), "", 0};
    ListenerSecurity& listener = security().listeners[name];
    if (speaks_tls(endpoint.protocol)) listener.tls = build_tls_of_client(settings_, endpoint, findings_);
    if (!speaks_sasl(endpoint.protocol)) return;
    const std::string mechanism = settings_.text("sasl.mechanism.controller.protocol");
    listener.sasl = build_sasl_of_client(settings_, name, mechanism, jaas_, findings_);
  }

  std::optional<security::PrincipalMapping> parse_mapping(const std::string& key, const std::string& rules) {
    auto mapping = security::PrincipalMapping::parse(rules);
    if (mapping) return std::move(mapping).value();
    findings_.refuse(fmt::format("{}={}: {}", key, rules, mapping.error().message));
    return std::nullopt;
  }

  void principal_mapping() {
    if (auto mapping = parse_mapping(std::string(kMappingRules), settings_.text(kMappingRules))) {
      security().principal_mapping = *std::move(mapping);
    }
    for (const Listener& listener : config_.network.listeners) {
      const std::string& name = listener.endpoint.listener;
      const ListenerSettings own(settings_, name);
      if (!own.has_own(kMappingRules)) continue;
      auto mapping = parse_mapping(own.written(kMappingRules), own.text(kMappingRules).value_or(""));
      if (mapping) security().principal_mapping_of_listener.emplace(name, *std::move(mapping));
    }
  }

  void authorizer() {
    const std::string name = settings_.text("authorizer.class.name");
    if (name.empty()) {
      for (std::string_view key : {"super.users", "allow.everyone.if.no.acl.found"}) {
        if (!plug_in_setting(settings_, key)) continue;
        findings_.warn(fmt::format(
            "{} has no effect, since every client may do everything; for ACLs add authorizer.class.name={}",
            key, kStandardAuthorizer));
      }
      return;
    }
    if (name == kOldAuthorizer) {
      findings_.warn(fmt::format("authorizer.class.name={} is taken for {}, which has replaced it in Kafka 4",
                                 name, kStandardAuthorizer));
    } else if (name != kStandardAuthorizer) {
      findings_.refuse(fmt::format(
          "authorizer.class.name={} is refused: Klamm runs no Java classes; write authorizer.class.name={}, "
          "Kafka's own, which goes by ACLs",
          name, kStandardAuthorizer));
      return;
    }
    security().authorizer.enabled = true;
    super_users();
    allow_if_no_acl_found();
  }

  // Separated by semicolons, since the name of a certificate has commas.
  void super_users() {
    const std::string whole = plug_in_setting(settings_, "super.users").value_or("");
    std::string_view rest = whole;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(';'), rest.size());
      const std::string user(java_trim(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (user.empty()) continue;
      if (user.find(':') == std::string::npos) {
        findings_.refuse(fmt::format("super.users={}: '{}' is not of the form User:name; write User:{}",
                                     whole, user, user));
        continue;
      }
      if (!user.starts_with("User:")) {
        findings_.warn(
            fmt::format("super.users: '{}' is nobody, since all principals here are of type User; "
                        "write User:{}",
                        user, user.substr(user.find(':') + 1)));
      }
      if (user.find(",User:") != std::string::npos) {
        findings_.warn(
            fmt::format("super.users: '{}' is one name; names are separated by semicolons, as in "
                        "User:alice;User:bob",
                        user));
      }
      security().authorizer.super_users.insert(user);
    }
  }

  void allow_if_no_acl_found() {
    const auto text = plug_in_setting(settings_, "allow.everyone.if.no.acl.found");
    if (!text) return;
    const std::string lower = lower_case(*text);
    security().authorizer.allow_if_no_acl_found = lower == "true";
    if (lower == "true" || lower == "false") return;
    findings_.warn(
        fmt::format("allow.everyone.if.no.acl.found={} counts as false; write true or false", *text));
  }

  bool is_listener(const std::string& name) const {
    for (const std::string& controller : config_.quorum.controller_listeners) {
      if (name == controller) return true;
    }
    return config_.security.listeners.contains(name);
  }

  void early_start_listeners() {
    if (!settings_.is_set("early.start.listeners")) {
      security().early_start_listeners.insert(config_.quorum.controller_listeners.begin(),
                                              config_.quorum.controller_listeners.end());
      return;
    }
    for (const std::string& entry : settings_.list("early.start.listeners")) {
      const std::string name = upper_case(entry);
      if (is_listener(name)) {
        security().early_start_listeners.insert(name);
      } else {
        findings_.refuse(
            fmt::format("early.start.listeners names {}, which is neither in listeners nor in "
                        "controller.listener.names; take it out",
                        entry));
      }
    }
  }

  // A listener's name that is mistyped, or in capitals, leaves its settings unread.
  void tell_strange_prefixes() {
    StringList prefixes;
    for (const auto& [name, listener] : security().listeners) {
      prefixes.push_back(ListenerSettings(settings_, name).prefix());
    }
    for (const std::string& name : config_.quorum.controller_listeners) {
      prefixes.push_back(ListenerSettings(settings_, name).prefix());
    }
    auto is_read = [&](std::string_view name) {
      return std::ranges::any_of(prefixes,
                                 [&](const std::string& prefix) { return name.starts_with(prefix); });
    };
    for (const auto& [name, text] : settings_.map()) {
      const auto split = split_listener_key(name);
      if (!split || find_broker_key(name) == nullptr || is_read(name)) continue;
      const std::string lower = lower_case(split->listener);
      findings_.warn(
          is_read(lower_case(name))
              ? fmt::format("listener.name.{}.* is not read: write listener.name.{}. in lower case",
                            split->listener, lower)
              : fmt::format("listener.name.{}.* is not read: listeners has no {}", split->listener,
                            upper_case(lower)));
    }
  }

  const Settings& settings_;
  NodeConfig& config_;
  Findings& findings_;
  JaasFile jaas_;
};

}  // namespace

void build_security(const Settings& settings, const ConfigSources& sources, NodeConfig& config,
                    Findings& findings) {
  SecurityBuilder(settings, sources, config, findings).build();
}

}  // namespace klamm::broker
