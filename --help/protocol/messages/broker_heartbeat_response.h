// Generated from protocol/schema/63_broker_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BrokerHeartbeatResponse {
  static constexpr int16_t kKey = 63;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  bool is_caught_up = false;
  bool is_fenced = true;
  bool should_shut_down = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BrokerHeartbeatResponse&, const BrokerHeartbeatResponse&) = default;
};

}  // namespace klamm::protocol
