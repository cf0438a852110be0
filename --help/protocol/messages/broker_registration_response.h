// Generated from protocol/schema/62_broker_registration.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BrokerRegistrationResponse {
  static constexpr int16_t kKey = 62;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t broker_epoch = -1;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BrokerRegistrationResponse&, const BrokerRegistrationResponse&) = default;
};

}  // namespace klamm::protocol
