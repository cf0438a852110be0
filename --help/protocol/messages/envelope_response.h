// Generated from protocol/schema/58_envelope.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct EnvelopeResponse {
  static constexpr int16_t kKey = 58;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::optional<ByteView> response_data{};
  int16_t error_code = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const EnvelopeResponse& a, const EnvelopeResponse& b) {
    return same_bytes(a.response_data, b.response_data) &&
                 a.error_code == b.error_code;
  }
};

}  // namespace klamm::protocol
