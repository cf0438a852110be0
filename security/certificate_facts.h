// What is said of certificates: whose, until when, for which names.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <string>
#include <vector>

#include "security/tls_context.h"

namespace klamm::security {

CertificateFacts facts_of(const X509* certificate);
// As RFC 2253 has them.
std::string subject_of(const X509* certificate);
std::string issuer_of(const X509* certificate);
// "DNS:broker-0", "IP:10.0.0.1", "IP:fe80::1", "URI:spiffe://a/b", "EMAIL:a@b", "DIR:CN=a", "RID:1.2.3", and
// of what is none of these "OTHER:" with its bytes in hexadecimal.
std::vector<std::string> alternative_names_of(const X509* certificate);
bool has_alternative_host_name(const X509* certificate);  // a DNS name or an address
bool is_self_signed(const X509* certificate);

// "2030-01-31 12:00:00 UTC".
std::string utc_text(int64_t at_ms);

}  // namespace klamm::security
