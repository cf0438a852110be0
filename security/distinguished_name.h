// The name in a certificate as text, byte for byte as Java's X500Principal.getName() has it (RFC 2253), since
// mapping rules, ACLs and super.users are written against that text.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace klamm::security {

// "CN=broker-0,OU=Kafka,O=Example,C=DE": the last part first. Always valid UTF-8; empty for a name without
// parts.
//
// Java 17 reads every kind of string as UTF-8. Later ones, whom this follows, read BMPString as UTF-16 and
// the eight-bit kinds as Latin-1.
std::string distinguished_name(const X509_NAME* name);

}  // namespace klamm::security
