// What an SSL_CTX of ours may speak: protocols, cipher suites, groups, strength, and what is switched off.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "security/openssl.h"
#include "security/tls_config.h"

namespace klamm::security {

// Everything that does not depend on keys. What it gives back are warnings. Fails where no protocol or no
// cipher suite would be left.
Result<std::vector<std::string>, Failure> apply_tls_settings(SSL_CTX* context, const TlsConfig& config);

// Once the key is in: which of the named suites are useless, as warnings; a failure when all of them are.
Result<std::vector<std::string>, Failure> check_cipher_suites(SSL_CTX* context, const TlsConfig& config);

// "TLSv1.2,TLSv1.3".
std::string joined(const std::vector<std::string>& values);

}  // namespace klamm::security
