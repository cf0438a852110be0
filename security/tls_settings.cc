#include "security/tls_settings.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "security/cipher_names.h"
#include "security/peer_text.h"
#include "security/tls_materials.h"

namespace klamm::security {

namespace {

constexpr char kProtocolsKey[] = "ssl.enabled.protocols";
constexpr char kSuitesKey[] = "ssl.cipher.suites";

// 112 bits. Java's defaults refuse TLS 1.0 and 1.1, RC4, DES, 3DES, anonymous and unencrypted suites; this
// level does too, and refuses RSA and DH below 2048 bits, and signatures with SHA-1, which Java still takes
// from authorities that an operator has added. Debian's own default is the same level.
constexpr int kSecurityLevel = 2;

// Two hours, OpenSSL's own for TLS 1.3: how long a session may be resumed, at most. Less when the ticket keys
// change or the certificate of the client expires (tls_context.cc).
constexpr long kSessionSeconds = 7200;

// Of messages that carry certificates, OpenSSL's own limit; it refuses larger ones before it makes room.
constexpr long kCertificateListMax = SSL_MAX_CERT_LIST_DEFAULT;

struct Protocols {
  bool tls12 = false;
  bool tls13 = false;
};

Result<Protocols, Failure> protocols_from(const TlsConfig& config) {
  const std::string remedy = "; set " + full_key(config, kProtocolsKey) + "=TLSv1.2,TLSv1.3";
  Protocols protocols;
  for (const std::string& name : config.protocols) {
    if (name == "TLSv1.2") {
      protocols.tls12 = true;
    } else if (name == "TLSv1.3") {
      protocols.tls13 = true;
    } else if (name == "TLSv1" || name == "TLSv1.1" || name == "SSLv3" || name == "SSLv2Hello") {
      return Error{tls_failure(config, kProtocolsKey,
                               name + " is not safe and not spoken any more (RFC 8996)" + remedy)};
    } else {
      return Error{tls_failure(config, kProtocolsKey, quote_peer(name) + " is not a protocol" + remedy)};
    }
  }
  if (config.protocols.empty()) {
    return Error{tls_failure(config, kProtocolsKey, "it is empty, nobody could connect" + remedy)};
  }
  return protocols;
}

// A protocol without a suite of its own is as good as switched off; Java takes it so, too.
Result<std::vector<std::string>, Failure> restrict_to_suites(const TlsConfig& config,
                                                             const CipherSuites& suites,
                                                             Protocols& protocols) {
  const Protocols enabled = protocols;
  protocols.tls12 = enabled.tls12 && !suites.tls12.empty();
  protocols.tls13 = enabled.tls13 && !suites.tls13.empty();
  if (!protocols.tls12 && !protocols.tls13) {
    return Error{tls_failure(
        config, kSuitesKey,
        "none of them can be used with " + full_key(config, kProtocolsKey) + "=" + joined(config.protocols) +
            "; add suites of that protocol, or enable TLSv1." + (enabled.tls13 ? "2" : "3"))};
  }
  std::vector<std::string> warnings;
  for (const auto& [was, is, name] : {std::tuple{enabled.tls12, protocols.tls12, "TLSv1.2"},
                                      std::tuple{enabled.tls13, protocols.tls13, "TLSv1.3"}}) {
    if (was == is) continue;
    warnings.push_back(full_key(config, kSuitesKey) + ": none of them is of " + name + ", which " +
                       full_key(config, kProtocolsKey) + " enables; " + name + " is not spoken");
  }
  return warnings;
}

Result<std::vector<std::string>, Failure> apply_suites(SSL_CTX* context, const TlsConfig& config,
                                                       Protocols& protocols) {
  if (config.cipher_suites.empty()) {
    CHECK(SSL_CTX_set_cipher_list(context, "DEFAULT") == 1);
    return std::vector<std::string>();
  }
  const auto suites = cipher_suites_from(config.cipher_suites);
  if (!suites) return Error{tls_failure(config, kSuitesKey, suites.error().message)};
  auto warnings = restrict_to_suites(config, *suites, protocols);
  if (!warnings) return warnings;
  // Only what is too weak for any use can fail here: names that do not exist are out.
  const bool is_taken = (!protocols.tls12 || SSL_CTX_set_cipher_list(context, suites->tls12.c_str()) == 1) &&
                        (!protocols.tls13 || SSL_CTX_set_ciphersuites(context, suites->tls13.c_str()) == 1);
  if (!is_taken) {
    return Error{tls_failure(config, kSuitesKey, "OpenSSL does not take them: " + take_openssl_errors())};
  }
  SSL_CTX_set_dh_auto(context, 1);
  // The operator's order counts. Without one the client's does: it knows what its processor is good at.
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  return warnings;
}

// Whether a suite up to TLS 1.2 signs with a key of that type.
bool fits_key(const SSL_CIPHER* cipher, const EVP_PKEY* key) {
  if (is_tls13(cipher) || key == nullptr) return true;
  const bool is_rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
  switch (SSL_CIPHER_get_auth_nid(cipher)) {
    case NID_auth_rsa:
      return is_rsa;
    case NID_auth_ecdsa:
      return !is_rsa;
    default:
      return false;
  }
}

// OpenSSL's names of what a connection could use.
std::set<std::string> usable_suites(SSL_CTX* context) {
  const SslPtr ssl(SSL_new(context));
  CHECK(ssl != nullptr);
  const X509* certificate = SSL_CTX_get0_certificate(context);
  const EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
  STACK_OF(SSL_CIPHER)* ciphers = SSL_get1_supported_ciphers(ssl.get());
  std::set<std::string> names;
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    const bool is_client = SSL_is_server(ssl.get()) == 0;
    if (is_client || fits_key(cipher, key)) names.insert(SSL_CIPHER_get_name(cipher));
  }
  sk_SSL_CIPHER_free(ciphers);
  return names;
}

std::string key_type_text(SSL_CTX* context) {
  const X509* certificate = SSL_CTX_get0_certificate(context);
  if (certificate == nullptr) return "";
  const char* type = EVP_PKEY_get0_type_name(X509_get0_pubkey(certificate));
  return type == nullptr ? "" : std::string(" and a key of type ") + type;
}

}  // namespace

Result<std::vector<std::string>, Failure> apply_tls_settings(SSL_CTX* context, const TlsConfig& config) {
  auto protocols = protocols_from(config);
  if (!protocols) return Error{std::move(protocols).error()};
  // Before the suites: those that are too weak shall not count.
  SSL_CTX_set_security_level(context, kSecurityLevel);
  auto warnings = apply_suites(context, config, *protocols);
  if (!warnings) return warnings;
  CHECK(SSL_CTX_set_min_proto_version(context, protocols->tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_max_proto_version(context, protocols->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1);
  CHECK(SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521") == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Auto-retry is off so that a flood of messages without data comes back to the session between two of them.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  // The chain is sent as it stands in the key store, and nothing of the trust store is added.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_timeout(context, kSessionSeconds);
  SSL_CTX_set_max_cert_list(context, kCertificateListMax);
  return warnings;
}

Result<std::vector<std::string>, Failure> check_cipher_suites(SSL_CTX* context, const TlsConfig& config) {
  std::vector<std::string> warnings;
  if (config.cipher_suites.empty()) return warnings;
  const std::set<std::string> usable = usable_suites(context);
  if (usable.empty()) {
    return Error{tls_failure(config, kSuitesKey,
                             "none of them can be used with " + full_key(config, kProtocolsKey) + "=" +
                                 joined(config.protocols) + key_type_text(context) +
                                 "; add suites that can, or remove the key to have the usual ones")};
  }
  for (const std::string& name : config.cipher_suites) {
    const auto suite = cipher_suites_from({name});
    const std::string openssl_name = suite->tls12 + suite->tls13;
    if (openssl_name.empty() || usable.contains(openssl_name)) continue;
    warnings.push_back(full_key(config, kSuitesKey) + ": " + name +
                       " is never used: it is too weak, or not for " + full_key(config, kProtocolsKey) + "=" +
                       joined(config.protocols) + key_type_text(context));
  }
  return warnings;
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return text;
}

}  // namespace klamm::security
