#include "cli/client/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "cli/text.h"
#include "security/jaas.h"
#include "security/kafka_opts.h"
#include "security/sasl_mechanisms.h"

namespace klamm::cli {
namespace {

using security::JaasEntry;
using security::TlsConfig;
using security::TlsContext;
using security::TlsStore;

constexpr uint64_t kJaasSizeMax = 1 << 20;
constexpr std::string_view kJaasSection = "KafkaClient";
// Java classes that would take the place of the login, and of TLS. To pass over them would be to connect in
// another way than was meant.
constexpr std::string_view kTlsClasses[] = {"ssl.engine.factory.class"};
constexpr std::string_view kLoginClasses[] = {"sasl.client.callback.handler.class", "sasl.login.class",
                                              "sasl.login.callback.handler.class"};

std::vector<std::string> list_of(const std::optional<std::string>& text) {
  std::vector<std::string> list;
  if (!text) return list;
  for (const std::string_view piece : split(*text, ',')) {
    if (!trimmed(piece).empty()) list.emplace_back(trimmed(piece));
  }
  return list;
}

Attempt<> refuse_classes(const ClientProperties& properties, std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (!properties.filled(key)) continue;
    return wrong_argument(
        fmt::format("{} names a Java class, which cannot be loaded here; leave it out", key));
  }
  return {};
}

// Of a value that a provider (KIP-297) would put in.
Attempt<> refuse_variables(const ClientProperties& properties) {
  if (!properties.filled("config.providers")) return {};
  for (const auto& [key, value] : properties.all()) {
    const bool is_ours = key.starts_with("ssl.") || key.starts_with("sasl.") || key == "security.protocol";
    if (!is_ours || value.find("${") == std::string::npos) continue;
    return wrong_argument(fmt::format(
        "{} refers to one of config.providers, which are not there for tools; write the value itself", key));
  }
  return {};
}

TlsStore key_store_of(const ClientProperties& properties) {
  TlsStore store;
  store.type = properties.filled("ssl.keystore.type").value_or("JKS");
  store.location = properties.filled("ssl.keystore.location");
  store.password = properties.text("ssl.keystore.password");
  store.key_password = properties.filled("ssl.key.password");
  store.inline_key = properties.filled("ssl.keystore.key");
  store.inline_certificates = properties.filled("ssl.keystore.certificate.chain");
  return store;
}

TlsStore trust_store_of(const ClientProperties& properties) {
  TlsStore store;
  store.type = properties.filled("ssl.truststore.type").value_or("JKS");
  store.location = properties.filled("ssl.truststore.location");
  store.password = properties.text("ssl.truststore.password");
  store.inline_certificates = properties.filled("ssl.truststore.certificates");
  return store;
}

Attempt<std::shared_ptr<const TlsContext>> make_tls(const ClientProperties& properties,
                                                    const Session& session) {
  if (auto done = refuse_classes(properties, kTlsClasses); !done) return Error{done.error()};
  TlsConfig config;
  config.subject = "the client";
  config.key_store = key_store_of(properties);
  config.trust_store = trust_store_of(properties);
  config.protocols = list_of(properties.filled("ssl.enabled.protocols").value_or("TLSv1.2,TLSv1.3"));
  std::erase_if(config.protocols, [](const std::string& protocol) {
    return protocol != "TLSv1.2" && protocol != "TLSv1.3";
  });
  if (config.protocols.empty()) {
    return wrong_argument("ssl.enabled.protocols has none that is spoken here; set TLSv1.2,TLSv1.3");
  }
  config.cipher_suites = list_of(properties.filled("ssl.cipher.suites"));
  const std::string algorithm =
      properties.text("ssl.endpoint.identification.algorithm").value_or("https");
  config.verify_host_name = !trimmed(algorithm).empty();
  if (config.verify_host_name && lower_case(trimmed(algorithm)) != "https") {
    return wrong_argument(fmt::format(
        "ssl.endpoint.identification.algorithm={} is not known; write https, or leave it empty for no check",
        algorithm));
  }
  auto context = TlsContext::make(config, TlsContext::Side::kClient, session.clock.wall_ms());
  if (!context) return wrong_argument(context.error().message);
  return *std::move(context);
}

// The entry of the JAAS file that KAFKA_OPTS names.
Attempt<JaasEntry> entry_of_file(const std::string& mechanism, const Session& session) {
  const auto options = session.environment("KAFKA_OPTS");
  const auto system = security::system_properties(options.value_or(""));
  const auto path = security::jaas_path_of(system);
  if (!path) {
    return wrong_argument(fmt::format(
        "the login with sasl.mechanism={} has no user; set sasl.jaas.config, or name a file with a section "
        "{} by KAFKA_OPTS=-Djava.security.auth.login.config=FILE",
        mechanism, kJaasSection));
  }
  const std::string subject = fmt::format("the JAAS file {} (named by KAFKA_OPTS)", *path);
  storage::DiskResult<Bytes> text = storage::read_file(session.disk, *path, kJaasSizeMax);
  if (!text) return wrong_argument(fmt::format("{} cannot be read: {}", subject, text.error().what));
  auto sections = security::parse_jaas_file(subject, as_text(*text), system);
  if (!sections) return wrong_argument(sections.error().message);
  const auto section = sections->find(kJaasSection);
  if (section == sections->end()) {
    return wrong_argument(fmt::format("{} has no section {}; write one", subject, kJaasSection));
  }
  const JaasEntry* entry = security::find_entry(section->second, mechanism);
  if (entry == nullptr) {
    return wrong_argument(fmt::format("{} has no {} in its section {}, which sasl.mechanism={} needs",
                                      subject, security::login_module_of(mechanism), kJaasSection,
                                      mechanism));
  }
  return *entry;
}

Attempt<ClientLogin> make_login(const ClientProperties& properties, const Session& session) {
  if (auto done = refuse_classes(properties, kLoginClasses); !done) return Error{done.error()};
  ClientLogin login;
  login.mechanism = upper_case(trimmed(properties.text("sasl.mechanism").value_or("GSSAPI")));
  const bool is_known =
      login.mechanism == "PLAIN" || security::scram_mechanism_from(login.mechanism).has_value();
  if (!is_known) {
    return wrong_argument(
        fmt::format("sasl.mechanism={}{} is not one that this client can log in with; set sasl.mechanism to "
                    "one of {}",
                    login.mechanism, properties.has("sasl.mechanism") ? "" : " (the default)",
                    security::sasl_mechanism_names()));
  }
  const auto text = properties.filled("sasl.jaas.config");
  auto entry = [&]() -> Attempt<JaasEntry> {
    if (!text) return entry_of_file(login.mechanism, session);
    auto parsed = security::parse_jaas_config("sasl.jaas.config", *text);
    if (!parsed) return wrong_argument(parsed.error().message);
    return *std::move(parsed);
  }();
  if (!entry) return Error{entry.error()};
  const auto user = entry->options.find("username");
  const auto password = entry->options.find("password");
  if (user == entry->options.end() || password == entry->options.end()) {
    return wrong_argument(
        fmt::format("the JAAS entry {} needs username=\"...\" and password=\"...\"", entry->login_module));
  }
  login.user = user->second;
  login.password = password->second;
  return login;
}

Attempt<> read_times(const ClientProperties& properties, ClientConfig& config) {
  struct Time {
    std::string_view key;
    int64_t& value;
  };
  const Time times[] = {{"request.timeout.ms", config.request_timeout_ms},
                        {"default.api.timeout.ms", config.call_timeout_ms},
                        {"socket.connection.setup.timeout.ms", config.connect_timeout_ms},
                        {"retry.backoff.ms", config.retry_backoff_ms},
                        {"retry.backoff.max.ms", config.retry_backoff_max_ms}};
  for (const Time& time : times) {
    auto read = properties.number(time.key, time.value, 0, INT32_MAX);
    if (!read) return Error{read.error()};
    time.value = *read;
  }
  return {};
}

}  // namespace

Attempt<std::vector<HostPort>> parse_bootstrap(std::string_view key, std::string_view text) {
  std::vector<HostPort> addresses;
  for (std::string_view piece : split(text, ',')) {
    piece = trimmed(piece);
    if (piece.empty()) continue;
    const std::string_view whole = piece;
    // Some write it as a URL: SASL_SSL://host:9093.
    if (const size_t scheme = piece.find("://"); scheme != piece.npos) piece.remove_prefix(scheme + 3);
    const size_t colon = piece.rfind(':');
    const auto port = colon == piece.npos ? std::nullopt : parse_int(piece.substr(colon + 1));
    std::string_view host = piece.substr(0, colon == piece.npos ? piece.size() : colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (!port || *port < 0 || *port > 65535 || host.empty()) {
      return wrong_argument(fmt::format("Invalid url in {}: {}; write host:port", key, whole));
    }
    addresses.push_back({std::string(host), *port});
  }
  if (addresses.empty()) {
    return wrong_argument(fmt::format("No resolvable bootstrap urls given in {}; write host:port", key));
  }
  return addresses;
}

Attempt<ClientConfig> make_client_config(const ClientProperties& properties, const Session& session) {
  if (auto done = refuse_variables(properties); !done) return Error{done.error()};
  ClientConfig config;
  config.is_for_controllers = properties.has("bootstrap.controllers");
  const std::string_view key = config.is_for_controllers ? "bootstrap.controllers" : "bootstrap.servers";
  auto bootstrap = parse_bootstrap(key, properties.text(key).value_or(""));
  if (!bootstrap) return Error{bootstrap.error()};
  config.bootstrap = *std::move(bootstrap);
  config.client_id = properties.filled("client.id").value_or(config.client_id);
  if (auto done = read_times(properties, config); !done) return Error{done.error()};

  const std::string protocol =
      upper_case(trimmed(properties.text("security.protocol").value_or("PLAINTEXT")));
  const bool has_tls = protocol == "SSL" || protocol == "SASL_SSL";
  const bool has_sasl = protocol == "SASL_PLAINTEXT" || protocol == "SASL_SSL";
  if (!has_tls && !has_sasl && protocol != "PLAINTEXT") {
    return wrong_argument(fmt::format(
        "Invalid value {} for configuration security.protocol: it is one of PLAINTEXT, SASL_PLAINTEXT, "
        "SASL_SSL, SSL",
        protocol));
  }
  if (has_tls) {
    auto tls = make_tls(properties, session);
    if (!tls) return Error{tls.error()};
    config.tls = *std::move(tls);
  }
  if (has_sasl) {
    auto login = make_login(properties, session);
    if (!login) return Error{login.error()};
    config.login = *std::move(login);
  }
  return config;
}

Attempt<ClientConfig> client_config_of(const Options& options, const Session& session) {
  auto properties = load_properties(session.disk, options.value("command-config"));
  if (!properties) return Error{properties.error()};
  const bool has_server = options.has("bootstrap-server");
  const bool has_controller = options.has("bootstrap-controller");
  if (has_server && has_controller) {
    return wrong_usage("You cannot specify both --bootstrap-controller and --bootstrap-server.");
  }
  if (has_server) {
    properties->set("bootstrap.servers", options.value("bootstrap-server").value_or(""));
    properties->remove("bootstrap.controllers");
  } else if (has_controller) {
    properties->set("bootstrap.controllers", options.value("bootstrap-controller").value_or(""));
  } else {
    return wrong_usage("You must specify either --bootstrap-controller or --bootstrap-server.");
  }
  return make_client_config(*properties, session);
}

}  // namespace klamm::cli
