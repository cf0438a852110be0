// Generated from protocol/schema/36_sasl_authenticate.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SaslAuthenticateRequest {
  static constexpr int16_t kKey = 36;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  ByteView auth_bytes{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SaslAuthenticateRequest& a, const SaslAuthenticateRequest& b) {
    return same_bytes(a.auth_bytes, b.auth_bytes);
  }
};

}  // namespace klamm::protocol
