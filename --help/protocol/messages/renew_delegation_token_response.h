// Generated from protocol/schema/39_renew_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RenewDelegationTokenResponse {
  static constexpr int16_t kKey = 39;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  int16_t error_code = 0;
  int64_t expiry_timestamp_ms = 0;
  int32_t throttle_time_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RenewDelegationTokenResponse&, const RenewDelegationTokenResponse&) = default;
};

}  // namespace klamm::protocol
