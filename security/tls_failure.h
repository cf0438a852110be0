// Why a session came to its end, in one line for an operator: what happened, and what to set or do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "security/openssl.h"
#include "security/tls_context.h"

namespace klamm::security {

// What OpenSSL found wrong with a certificate of the other end, noted while the certificate is at hand.
struct VerifyTrouble {
  int error = 0;  // X509_V_ERR_...
  int depth = 0;  // 0: the other end's own; above: one that signed it
  std::string subject;
  std::string issuer;
  int64_t not_before_ms = 0;
  int64_t not_after_ms = 0;
  std::vector<std::string> names;  // subject alternative names

  static VerifyTrouble of(X509_STORE_CTX* verification);
};

// What a failure is told from.
struct TlsFailureFacts {
  const TlsContext& context;
  SSL* ssl;
  const std::optional<VerifyTrouble>& trouble;
  const std::string& host;  // to which we connect; empty for a server
};

// Takes the reason from OpenSSL's error queue, and empties that.
std::string take_tls_failure(const TlsFailureFacts& facts);
// The other end closed the connection in the middle of the handshake.
std::string ended_by_peer(const TlsFailureFacts& facts, bool has_sent_something);

}  // namespace klamm::security
