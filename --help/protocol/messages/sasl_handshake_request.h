// Generated from protocol/schema/17_sasl_handshake.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SaslHandshakeRequest {
  static constexpr int16_t kKey = 17;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  std::string_view mechanism{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SaslHandshakeRequest&, const SaslHandshakeRequest&) = default;
};

}  // namespace klamm::protocol
