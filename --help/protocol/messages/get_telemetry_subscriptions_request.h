// Generated from protocol/schema/71_get_telemetry_subscriptions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct GetTelemetrySubscriptionsRequest {
  static constexpr int16_t kKey = 71;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  Uuid client_instance_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const GetTelemetrySubscriptionsRequest&, const GetTelemetrySubscriptionsRequest&) = default;
};

}  // namespace klamm::protocol
