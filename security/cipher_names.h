// Names of cipher suites. Java, whose names Kafka's configuration has, uses the standard (IANA) ones;
// OpenSSL has its own for suites up to TLS 1.2. Both are understood, and the standard ones are shown.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace klamm::security {

// As OpenSSL is told, in the order in which they were named, separated by colons.
struct CipherSuites {
  std::string tls12;
  std::string tls13;
};

// Fails at the first name that is unknown, and says which; the caller puts the configuration key in front.
// TLS_EMPTY_RENEGOTIATION_INFO_SCSV, which Java lists among suites though it is none, is left out.
Result<CipherSuites, Failure> cipher_suites_from(const std::vector<std::string>& names);

// "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"; empty for none.
std::string standard_name_of(const SSL_CIPHER* cipher);
bool is_tls13(const SSL_CIPHER* cipher);

}  // namespace klamm::security
