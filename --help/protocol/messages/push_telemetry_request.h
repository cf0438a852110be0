// Generated from protocol/schema/72_push_telemetry.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct PushTelemetryRequest {
  static constexpr int16_t kKey = 72;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  Uuid client_instance_id{};
  int32_t subscription_id = 0;
  bool terminating = false;
  int8_t compression_type = 0;
  ByteView metrics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const PushTelemetryRequest& a, const PushTelemetryRequest& b) {
    return a.client_instance_id == b.client_instance_id &&
                 a.subscription_id == b.subscription_id &&
                 a.terminating == b.terminating &&
                 a.compression_type == b.compression_type &&
                 same_bytes(a.metrics, b.metrics);
  }
};

}  // namespace klamm::protocol
