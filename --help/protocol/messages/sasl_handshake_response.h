// Generated from protocol/schema/17_sasl_handshake.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SaslHandshakeResponse {
  static constexpr int16_t kKey = 17;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  int16_t error_code = 0;
  std::vector<std::string_view> mechanisms{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SaslHandshakeResponse&, const SaslHandshakeResponse&) = default;
};

}  // namespace klamm::protocol
