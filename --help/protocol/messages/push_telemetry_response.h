// Generated from protocol/schema/72_push_telemetry.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct PushTelemetryResponse {
  static constexpr int16_t kKey = 72;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const PushTelemetryResponse&, const PushTelemetryResponse&) = default;
};

}  // namespace klamm::protocol
