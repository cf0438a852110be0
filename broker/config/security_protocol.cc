#include "broker/config/security_protocol.h"

#include "broker/config/text.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kNames[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};

}  // namespace

std::string_view name_of(SecurityProtocol protocol) { return kNames[static_cast<size_t>(protocol)]; }

std::optional<SecurityProtocol> security_protocol_from(std::string_view name) {
  std::string upper = upper_case(name);
  for (int16_t i = 0; i < 4; i++) {
    if (upper == kNames[i]) return static_cast<SecurityProtocol>(i);
  }
  return std::nullopt;
}

}  // namespace klamm::broker
