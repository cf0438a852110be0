// Generated from protocol/schema/39_renew_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RenewDelegationTokenRequest {
  static constexpr int16_t kKey = 39;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  ByteView hmac{};
  int64_t renew_period_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RenewDelegationTokenRequest& a, const RenewDelegationTokenRequest& b) {
    return same_bytes(a.hmac, b.hmac) &&
                 a.renew_period_ms == b.renew_period_ms;
  }
};

}  // namespace klamm::protocol
