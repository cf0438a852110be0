// TLS of a listener, by the rules of Kafka's DefaultSslEngineFactory. Where Kafka starts and no handshake can
// succeed, or everybody's certificate would do, the start is refused.
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/build_security.h"
#include "broker/config/listener_settings.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

using security::ClientAuth;
using security::TlsConfig;
using security::TlsStore;

constexpr std::string_view kStoreKeys[] = {
    "ssl.keystore.type",          "ssl.keystore.location",          "ssl.keystore.password",
    "ssl.keystore.key",           "ssl.keystore.certificate.chain", "ssl.key.password",
    "ssl.truststore.type",        "ssl.truststore.location",        "ssl.truststore.password",
    "ssl.truststore.certificates"};

bool is_pem(const TlsStore& store) { return upper_case(store.type) == "PEM"; }

bool is_known_type(const TlsStore& store) {
  const std::string type = upper_case(store.type);
  return type == "PEM" || type == "PKCS12" || type == "JKS";
}

class TlsBuilder {
 public:
  TlsBuilder(const Settings& settings, const Endpoint& endpoint, Findings& findings)
      : settings_(settings, endpoint.listener), endpoint_(endpoint), findings_(findings) {}

  // Who only connects needs no key, and asks nobody for a certificate.
  TlsConfig build(bool listens) && {
    config_.subject = fmt::format("listener {}", endpoint_.listener);
    if (std::ranges::any_of(kStoreKeys, [&](std::string_view key) { return settings_.has_own(key); })) {
      config_.key_prefix = settings_.prefix();
    }
    if (listens || has_key_store()) key_store();
    trust_store();
    protocols();
    if (listens) client_auth();
    host_names();
    config_.cipher_suites = settings_.list("ssl.cipher.suites");
    return std::move(config_);
  }

 private:
  // An empty setting counts as none: it is how a listener does without what the node has.
  std::optional<std::string> filled(std::string_view name) const {
    std::optional<std::string> text = settings_.text(name);
    return text && !text->empty() ? text : std::nullopt;
  }

  std::string written(std::string_view name) const { return settings_.written(name); }

  bool has_key_store() const {
    return filled("ssl.keystore.location") || filled("ssl.keystore.key") ||
           filled("ssl.keystore.certificate.chain");
  }

  bool has_type(TlsStore& store, std::string_view key) {
    store.type = settings_.text(key).value_or("");
    if (is_known_type(store)) return true;
    findings_.refuse(fmt::format("{}={} is not a type of store that is read here; write PEM, PKCS12 or JKS",
                                 written(key), store.type));
    return false;
  }

  void key_store() {
    TlsStore& store = config_.key_store;
    store.location = filled("ssl.keystore.location");
    store.inline_key = filled("ssl.keystore.key");
    store.inline_certificates = filled("ssl.keystore.certificate.chain");
    store.key_password = filled("ssl.key.password");
    if (!has_type(store, "ssl.keystore.type")) return;
    if (!store.is_set()) {
      findings_.refuse(fmt::format(
          "the listener {0} speaks {1} and has no key store; set {2}ssl.keystore.location with "
          "{2}ssl.keystore.type and {2}ssl.keystore.password, or for PEM {2}ssl.keystore.type=PEM with a "
          "location or with {2}ssl.keystore.key and {2}ssl.keystore.certificate.chain",
          endpoint_.listener, name_of(endpoint_.protocol), settings_.prefix()));
      return;
    }
    if (store.inline_key || store.inline_certificates) check_inline_key(store);
    if (is_pem(store)) {
      if (!filled("ssl.keystore.password")) return;
      findings_.refuse(fmt::format(
          "{0} is set, but {1}=PEM has no password of its own; remove {0}, and write the password of an "
          "encrypted key as {2}",
          written("ssl.keystore.password"), written("ssl.keystore.type"), written("ssl.key.password")));
      return;
    }
    store.password = settings_.text("ssl.keystore.password");
    if (store.password || !store.location) return;
    findings_.refuse(fmt::format("{}={} is a {} store, and its password is missing; set {}",
                                 written("ssl.keystore.location"), *store.location, upper_case(store.type),
                                 written("ssl.keystore.password")));
  }

  void check_inline_key(const TlsStore& store) {
    const std::string key = written("ssl.keystore.key");
    const std::string chain = written("ssl.keystore.certificate.chain");
    if (!store.inline_key || !store.inline_certificates) {
      findings_.refuse(store.inline_key
                           ? fmt::format("{} is set without its certificates; set {}", key, chain)
                           : fmt::format("{} is set without its private key; set {}", chain, key));
    } else if (!is_pem(store)) {
      findings_.refuse(fmt::format("{} is text in PEM form, but {}={}; write {}=PEM", key,
                                   written("ssl.keystore.type"), store.type, written("ssl.keystore.type")));
    } else if (store.location) {
      findings_.refuse(fmt::format("{} and {}={} are both set; remove one of them", key,
                                   written("ssl.keystore.location"), *store.location));
    }
  }

  void trust_store() {
    TlsStore& store = config_.trust_store;
    store.location = filled("ssl.truststore.location");
    store.inline_certificates = filled("ssl.truststore.certificates");
    if (!has_type(store, "ssl.truststore.type")) return;
    const std::string certificates = written("ssl.truststore.certificates");
    const std::string location = written("ssl.truststore.location");
    const std::string password = written("ssl.truststore.password");
    const std::string type = written("ssl.truststore.type");
    if (store.inline_certificates && !is_pem(store)) {
      findings_.refuse(fmt::format("{} is text in PEM form, but {}={}; write {}=PEM", certificates, type,
                                   store.type, type));
    } else if (store.inline_certificates && store.location) {
      findings_.refuse(fmt::format("{} and {}={} are both set; remove one of them", certificates, location,
                                   *store.location));
    }
    if (!is_pem(store)) {
      store.password = settings_.text("ssl.truststore.password");
      if (!filled("ssl.truststore.password") || store.location) return;
      findings_.refuse(fmt::format("{} is set without a trust store; set {}", password, location));
    } else if (filled("ssl.truststore.password")) {
      findings_.refuse(fmt::format("{0} is set, but {1}=PEM has no password; remove {0}", password, type));
    }
  }

  // What Java can still spell, and no JVM that runs Kafka 4 speaks any more, is passed over as there.
  void protocols() {
    constexpr std::string_view kOld[] = {"SSLv2Hello", "SSLv3", "TLSv1", "TLSv1.1"};
    const StringList wanted = settings_.list("ssl.enabled.protocols");
    const std::string setting = fmt::format("{}={}", written("ssl.enabled.protocols"), join(wanted, ","));
    for (const std::string& protocol : wanted) {
      if (protocol == "TLSv1.2" || protocol == "TLSv1.3") {
        config_.protocols.push_back(protocol);
      } else if (std::ranges::find(kOld, protocol) != std::end(kOld)) {
        findings_.warn(fmt::format("{}: {} is not spoken, it is not safe; take it out", setting, protocol));
      } else {
        findings_.refuse(
            fmt::format("{}: {} is not a version of TLS; write TLSv1.2,TLSv1.3", setting, protocol));
      }
    }
    if (wanted.empty()) config_.protocols = {"TLSv1.2", "TLSv1.3"};
    if (!config_.protocols.empty()) return;
    findings_.refuse(fmt::format("{} leaves no version of TLS to speak; write TLSv1.2,TLSv1.3", setting));
  }

  // With SASL_SSL the node's ssl.client.auth is not meant: the password says who a client is.
  void client_auth() {
    const std::string wanted = settings_.text("ssl.client.auth").value_or("none");
    if (wanted == "none") return;
    if (endpoint_.protocol == SecurityProtocol::kSaslSsl && !settings_.has_own("ssl.client.auth")) {
      findings_.warn(fmt::format(
          "ssl.client.auth={0} is for SSL listeners, and {1} is SASL_SSL: its clients need no certificate; "
          "write {2}ssl.client.auth=none, or ={0} if they shall have one",
          wanted, endpoint_.listener, settings_.prefix()));
      return;
    }
    config_.client_auth = wanted == "required" ? ClientAuth::kRequired : ClientAuth::kRequested;
    if (config_.trust_store.is_set()) return;
    findings_.refuse(fmt::format(
        "{}={}, but the listener {} has no trust store, so that any certificate authority of the world would "
        "do; set {} (the one that signs the certificates of clients)",
        written("ssl.client.auth"), wanted, endpoint_.listener, written("ssl.truststore.location")));
  }

  void host_names() {
    const std::string algorithm = settings_.text("ssl.endpoint.identification.algorithm").value_or("");
    config_.verify_host_name = !algorithm.empty();
    if (algorithm.empty() || lower_case(algorithm) == "https") return;
    findings_.refuse(fmt::format("{0}={1} is not known; write {0}=https, or {0}= for no check of host names",
                                 written("ssl.endpoint.identification.algorithm"), algorithm));
  }

  const ListenerSettings settings_;
  const Endpoint& endpoint_;
  Findings& findings_;
  TlsConfig config_;
};

}  // namespace

TlsConfig build_tls(const Settings& settings, const Endpoint& endpoint, Findings& findings) {
  return TlsBuilder(settings, endpoint, findings).build(true);
}

TlsConfig build_tls_of_client(const Settings& settings, const Endpoint& endpoint, Findings& findings) {
  return TlsBuilder(settings, endpoint, findings).build(false);
}

}  // namespace klamm::broker
