// Generated from protocol/schema/36_sasl_authenticate.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SaslAuthenticateResponse {
  static constexpr int16_t kKey = 36;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  ByteView auth_bytes{};
  int64_t session_lifetime_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SaslAuthenticateResponse& a, const SaslAuthenticateResponse& b) {
    return a.error_code == b.error_code &&
                 a.error_message == b.error_message &&
                 same_bytes(a.auth_bytes, b.auth_bytes) &&
                 a.session_lifetime_ms == b.session_lifetime_ms;
  }
};

}  // namespace klamm::protocol
