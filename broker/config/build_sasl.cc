// SASL of a listener, and the logins of its JAAS entries, found where Kafka's JaasContext looks: the property
// of listener and mechanism, then the JAAS file's section of the listener, then its section KafkaServer.
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/build_security.h"
#include "broker/config/listener_settings.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

using security::JaasEntries;
using security::JaasEntry;

// The mechanisms that are served. Their login modules are the only ones that mean anything: no class is ever
// loaded.
constexpr std::string_view kMechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
constexpr std::string_view kServed = "PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512";

bool is_served(std::string_view mechanism) {
  return std::ranges::find(kMechanisms, mechanism) != std::end(kMechanisms);
}

// An entry as one writes it.
std::string sample(std::string_view mechanism) {
  return fmt::format("{} required{};", security::login_module_of(mechanism),
                     mechanism == "PLAIN" ? " user_alice=\"<password>\"" : "");
}

// A word that stands where a module's name should may be anything, a password as well.
std::string shown_module(const JaasEntry& entry) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.";
  const std::string& name = entry.login_module;
  const bool is_class =
      name.ends_with("LoginModule") && name.find_first_not_of(kLetters) == std::string::npos;
  return is_class ? name : "[not the name of a class]";
}

std::optional<SaslLogin> login_of(const JaasEntry& entry) {
  const auto user = entry.options.find("username");
  const auto password = entry.options.find("password");
  if (user == entry.options.end() || password == entry.options.end()) return std::nullopt;
  return SaslLogin{user->second, password->second};
}

// That of the mechanism's own module, else of the first entry that has one. (Java tries every module of a
// section, and takes whichever login comes first out of a hash table.)
std::optional<SaslLogin> choose_login(const JaasEntries& entries, std::string_view mechanism) {
  std::optional<SaslLogin> chosen;
  for (const JaasEntry& entry : entries) {
    std::optional<SaslLogin> login = login_of(entry);
    if (login && entry.login_module == security::login_module_of(mechanism)) return login;
    if (login && !chosen) chosen = std::move(login);
  }
  return chosen;
}

class SaslBuilder {
 public:
  SaslBuilder(const Settings& settings, const std::string& listener, JaasFile& jaas, Findings& findings)
      : settings_(settings, listener), listener_(listener), jaas_(jaas), findings_(findings) {}

  SaslConfig build() && {
    mechanisms();
    for (const std::string& name : config_.mechanisms) credentials(name);
    receive_size();
    reauthentication();
    config_.strict_nonce = settings_.flag("klamm.sasl.scram.strict.nonce");
    return std::move(config_);
  }

  SaslConfig build_client(const std::string& mechanism, std::string_view key) && {
    listens_ = false;
    if (!is_served(mechanism)) {
      findings_.refuse(
          fmt::format("{0}={1} is not served by this release; write {0}=SCRAM-SHA-512 (there are {2})", key,
                      mechanism, kServed));
      return std::move(config_);
    }
    config_.mechanisms = {mechanism};
    credentials(mechanism);
    return std::move(config_);
  }

 private:
  void mechanisms() {
    constexpr std::string_view kKey = "sasl.enabled.mechanisms";
    const StringList wanted = settings_.list(kKey);
    const std::string setting = fmt::format("{}={}", settings_.written(kKey), join(wanted, ","));
    if (!settings_.is_set(kKey) || wanted.empty()) {
      findings_.refuse(
          fmt::format("the listener {} has no SASL mechanism: sasl.enabled.mechanisms is {}; add "
                      "{}{}=SCRAM-SHA-512 (there "
                      "are {})",
                      listener_, wanted.empty() ? "empty" : "not set, and its default GSSAPI is not served",
                      settings_.prefix(), kKey, kServed));
      return;
    }
    for (const std::string& name : wanted) {
      if (is_served(name)) {
        config_.mechanisms.push_back(name);
      } else if (is_served(upper_case(name))) {
        findings_.refuse(
            fmt::format("{}: mechanisms are written in capitals, {}", setting, upper_case(name)));
      } else if (name == "GSSAPI" || name == "OAUTHBEARER") {
        findings_.refuse(fmt::format("{}: {} is not served by this release; take it out (there are {})",
                                     setting, name, kServed));
      } else {
        findings_.refuse(
            fmt::format("{}: {} is not a mechanism that is known; there are {}", setting, name, kServed));
      }
    }
  }

  void credentials(const std::string& mechanism) {
    const std::string key = settings_.name_of_mechanism(mechanism, "sasl.jaas.config");
    if (auto text = settings_.text_of_mechanism(mechanism, "sasl.jaas.config")) {
      from_property(mechanism, key, *text);
      return;
    }
    auto entries = jaas_.entries_for(listener_);
    if (!entries) {
      findings_.refuse(entries.error().message);
    } else if (*entries == nullptr) {
      refuse_missing(mechanism, key);
    } else {
      if (settings_.is_set("sasl.jaas.config")) {
        findings_.warn(fmt::format("{} is ignored: a broker reads {}, and has the JAAS file in its place",
                                   settings_.written("sasl.jaas.config"), key));
      }
      take(mechanism, **entries, jaas_.subject());
      tell_foreign_modules(**entries);
    }
  }

  void refuse_missing(const std::string& mechanism, const std::string& key) {
    const std::string unprefixed =
        settings_.is_set("sasl.jaas.config")
            ? fmt::format("; {} is not read by a broker", settings_.written("sasl.jaas.config"))
            : "";
    const std::string file = jaas_.is_named() ? fmt::format("a section KafkaServer to {}", jaas_.subject())
                                              : "a JAAS file with a section KafkaServer (--jaas FILE)";
    findings_.refuse(fmt::format("the listener {} has no JAAS entry for {}{}; add {}={}, or {}", listener_,
                                 mechanism, unprefixed, key, sample(mechanism), file));
  }

  void from_property(const std::string& mechanism, const std::string& key, const std::string& text) {
    auto entry = security::parse_jaas_config(key, text);
    if (!entry) {
      findings_.refuse(entry.error().message);
    } else if (entry->login_module != security::login_module_of(mechanism)) {
      findings_.refuse(fmt::format("{} names the login module {}; that of {} is {}", key,
                                   shown_module(*entry), mechanism, security::login_module_of(mechanism)));
    } else {
      take(mechanism, {std::move(entry).value()}, key);
    }
  }

  void take(const std::string& mechanism, const JaasEntries& entries, const std::string& where) {
    if (auto login = choose_login(entries, mechanism)) {
      config_.logins.emplace(mechanism, *std::move(login));
    }
    if (mechanism != "PLAIN" || !listens_) return;
    config_.plain_users = security::plain_logins(entries).users;
    if (!config_.plain_users.empty()) return;
    findings_.warn(
        fmt::format("nobody can log in with PLAIN on the listener {}: {} has no user; add "
                    "user_alice=\"<password>\" behind {}",
                    listener_, where, security::login_module_of(mechanism)));
  }

  void tell_foreign_modules(const JaasEntries& entries) {
    for (const JaasEntry& entry : entries) {
      const bool is_known = std::ranges::any_of(kMechanisms, [&](std::string_view mechanism) {
        return entry.login_module == security::login_module_of(mechanism);
      });
      if (is_known) continue;
      findings_.warn(fmt::format("{} names the login module {}, which is ignored: it is of none of {}",
                                 jaas_.subject(), shown_module(entry), kServed));
    }
  }

  void receive_size() {
    constexpr std::string_view kKey = "sasl.server.max.receive.size";
    const int64_t size = settings_.number(kKey);
    if (size < 1) {
      findings_.refuse(fmt::format("{0}={1} lets nobody log in; write {0}=524288, the default, in bytes",
                                   settings_.written(kKey), size));
      return;
    }
    config_.receive_size_max = static_cast<int32_t>(size);
  }

  void reauthentication() {
    constexpr std::string_view kKey = "connections.max.reauth.ms";
    config_.reauth_max_ms = std::max<int64_t>(settings_.number(kKey), 0);
    for (const std::string& mechanism : config_.mechanisms) {
      const auto text = settings_.text_of_mechanism(mechanism, kKey);
      const auto number = text ? parse_integer(*text, INT64_MIN, INT64_MAX) : std::nullopt;
      if (number) config_.reauth_max_ms_of_mechanism[mechanism] = std::max<int64_t>(*number, 0);
    }
  }

  const ListenerSettings settings_;
  const std::string& listener_;
  JaasFile& jaas_;
  Findings& findings_;
  bool listens_ = true;
  SaslConfig config_;
};

// Where nodes speak to each other, and with what.
struct OwnLogin {
  std::string_view role;  // "inter-broker" or "controller"
  const std::string& listener;
  std::string_view key;
  bool is_here = true;  // this node has that listener, too
};

void check_login(const Settings& settings, const SecurityConfig& security, const OwnLogin& own,
                 Findings& findings) {
  const auto found = security.listeners.find(own.listener);
  if (found == security.listeners.end() || !found->second.sasl) return;
  const SaslConfig& sasl = *found->second.sasl;
  if (sasl.mechanisms.empty()) return;
  const std::string mechanism = settings.text(own.key);
  if (std::ranges::find(sasl.mechanisms, mechanism) == sasl.mechanisms.end()) {
    findings.refuse(
        fmt::format("{0}={1}{2} is not enabled on the {3} listener {4}, which has {5}; write {0}={6}",
                    own.key, mechanism, settings.is_set(own.key) ? "" : " (the default)", own.role,
                    own.listener, join(sasl.mechanisms, ", "), sasl.mechanisms.front()));
    return;
  }
  const auto login = sasl.logins.find(mechanism);
  if (login == sasl.logins.end()) {
    findings.warn(fmt::format(
        "no other node can be logged in to: {}={} has no username and password in its JAAS entry for "
        "the {} listener {}; add username=\"<name>\" password=\"<password>\"",
        own.key, mechanism, own.role, own.listener));
    return;
  }
  if (mechanism != "PLAIN" || !own.is_here) return;
  const auto user = sasl.plain_users.find(login->second.user);
  if (user != sasl.plain_users.end() && user->second == login->second.password) return;
  findings.warn(
      fmt::format("nodes cannot log in to each other: {0}=PLAIN logs in as {1}, and the JAAS entry for the "
                  "{2} listener {3} "
                  "has {4}; add user_{1}=\"<the same password>\"",
                  own.key, login->second.user, own.role, own.listener,
                  user == sasl.plain_users.end() ? "no such user" : "another password for that user"));
}

}  // namespace

SaslConfig build_sasl(const Settings& settings, const std::string& listener, JaasFile& jaas,
                      Findings& findings) {
  return SaslBuilder(settings, listener, jaas, findings).build();
}

SaslConfig build_sasl_of_client(const Settings& settings, const std::string& listener,
                                const std::string& mechanism, JaasFile& jaas, Findings& findings) {
  return SaslBuilder(settings, listener, jaas, findings)
      .build_client(mechanism, "sasl.mechanism.controller.protocol");
}

void check_own_logins(const Settings& settings, const NodeConfig& config, Findings& findings) {
  if (config.is_broker) {
    check_login(
        settings, config.security,
        {"inter-broker", config.network.inter_broker_listener, "sasl.mechanism.inter.broker.protocol"},
        findings);
  }
  if (config.quorum.controller_listeners.empty()) return;
  check_login(settings, config.security,
              {"controller", config.quorum.controller_listeners.front(), "sasl.mechanism.controller.protocol",
               config.is_controller},
              findings);
}

}  // namespace klamm::broker
