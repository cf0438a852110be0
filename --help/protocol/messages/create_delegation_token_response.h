// Generated from protocol/schema/38_create_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateDelegationTokenResponse {
  static constexpr int16_t kKey = 38;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  int16_t error_code = 0;
  std::string_view principal_type{};
  std::string_view principal_name{};
  std::string_view token_requester_principal_type{};
  std::string_view token_requester_principal_name{};
  int64_t issue_timestamp_ms = 0;
  int64_t expiry_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  std::string_view token_id{};
  ByteView hmac{};
  int32_t throttle_time_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateDelegationTokenResponse& a, const CreateDelegationTokenResponse& b) {
    return a.error_code == b.error_code &&
                 a.principal_type == b.principal_type &&
                 a.principal_name == b.principal_name &&
                 a.token_requester_principal_type == b.token_requester_principal_type &&
                 a.token_requester_principal_name == b.token_requester_principal_name &&
                 a.issue_timestamp_ms == b.issue_timestamp_ms &&
                 a.expiry_timestamp_ms == b.expiry_timestamp_ms &&
                 a.max_timestamp_ms == b.max_timestamp_ms &&
                 a.token_id == b.token_id &&
                 same_bytes(a.hmac, b.hmac) &&
                 a.throttle_time_ms == b.throttle_time_ms;
  }
};

}  // namespace klamm::protocol
