// TlsContext: everything that the connections of one listener share: key, certificates, trust, protocols,
// ciphers. Made whole from a configuration and its files, or not at all; immutable then, and shared by the
// sessions that began with it, so that another one takes its place without touching them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "security/openssl.h"
#include "security/tls_config.h"

namespace klamm::security {

// What is to be known of a certificate of ours, for the log and for metrics.
struct CertificateFacts {
  std::string subject;  // RFC 2253
  std::string serial;   // hexadecimal
  int64_t not_before_ms = 0;
  int64_t not_after_ms = 0;
  std::vector<std::string> names;  // subject alternative names: "DNS:broker-0", "IP:10.0.0.1"
};

class TlsContext {
 public:
  enum class Side { kServer, kClient };

  // Resumption: the keys of session tickets are made with the context, so that no session is resumed in
  // another one, be it for new files or only to have new keys (see tls_reload.h).
  //
  // Reads the files. A failure names the key, the file, what is wrong with it and the remedy. `now_ms` is
  // wall-clock time: a certificate of ours that is expired or not yet valid is a failure.
  static Result<std::shared_ptr<const TlsContext>, Failure> make(const TlsConfig& config, Side side,
                                                                 int64_t now_ms);

  SSL_CTX* get() const { return context_.get(); }
  const TlsConfig& config() const { return config_; }
  Side side() const { return side_; }
  // Our certificate; empty where a client has none.
  const std::vector<CertificateFacts>& own_chain() const { return own_chain_; }
  // What is not wrong yet and should be said once: expiry that is near, a chain without its issuer, no
  // subject alternative name.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // A digest over the bytes of all files and inline values that it was made of.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  TlsContext() = default;

  TlsConfig config_;
  Side side_ = Side::kServer;
  SslContextPtr context_;
  std::vector<CertificateFacts> own_chain_;
  std::vector<std::string> warnings_;
  std::string fingerprint_;
};

}  // namespace klamm::security
