// The security protocols of listeners. The numbers are Kafka's ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace klamm::broker {

enum class SecurityProtocol : int16_t { kPlaintext = 0, kSsl = 1, kSaslPlaintext = 2, kSaslSsl = 3 };

constexpr bool speaks_tls(SecurityProtocol protocol) {
  return protocol == SecurityProtocol::kSsl || protocol == SecurityProtocol::kSaslSsl;
}
constexpr bool speaks_sasl(SecurityProtocol protocol) {
  return protocol == SecurityProtocol::kSaslPlaintext || protocol == SecurityProtocol::kSaslSsl;
}
// "PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL".
std::string_view name_of(SecurityProtocol protocol);
// In any case, as Kafka reads it.
std::optional<SecurityProtocol> security_protocol_from(std::string_view name);

}  // namespace klamm::broker
