// Generated from protocol/schema/71_get_telemetry_subscriptions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct GetTelemetrySubscriptionsResponse {
  static constexpr int16_t kKey = 71;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Uuid client_instance_id{};
  int32_t subscription_id = 0;
  std::vector<int8_t> accepted_compression_types{};
  int32_t push_interval_ms = 0;
  int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  std::vector<std::string_view> requested_metrics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const GetTelemetrySubscriptionsResponse&, const GetTelemetrySubscriptionsResponse&) = default;
};

}  // namespace klamm::protocol
