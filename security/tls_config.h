// What TLS on one listener, or towards other nodes, is configured to be. Values that carry their key's name,
// so that what is wrong with them can be said in the operator's words.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace klamm::security {

enum class ClientAuth { kNone, kRequested, kRequired };

// One of the two stores. A file, or PEM text that stands in the configuration itself.
struct TlsStore {
  std::string type = "JKS";                 // as configured
  std::optional<std::string> location;      // a file
  std::optional<std::string> password;      // of the store
  std::optional<std::string> key_password;  // of the key in a key store
  std::optional<std::string> inline_key;    // ssl.keystore.key
  std::optional<std::string>
      inline_certificates;  // ssl.keystore.certificate.chain, ssl.truststore.certificates

  bool is_set() const { return location || inline_key || inline_certificates; }
  friend bool operator==(const TlsStore&, const TlsStore&) = default;
};

struct TlsConfig {
  std::string subject;     // who it is for, in messages: "listener EXTERNAL"
  std::string key_prefix;  // before the names of keys, in messages: "listener.name.external." or empty
  TlsStore key_store;
  TlsStore trust_store;                    // not set: the system's certificates, as Java's cacerts
  std::vector<std::string> protocols;      // ssl.enabled.protocols: TLSv1.2, TLSv1.3
  std::vector<std::string> cipher_suites;  // Java's or OpenSSL's names; empty: the library's own choice
  ClientAuth client_auth = ClientAuth::kNone;
  bool verify_host_name = true;  // ssl.endpoint.identification.algorithm=https; of us as a client

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

}  // namespace klamm::security
