// Generated from protocol/schema/41_describe_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeDelegationTokenResponse {
  static constexpr int16_t kKey = 41;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DescribedDelegationTokenRenewer {
    std::string_view principal_type{};
    std::string_view principal_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedDelegationTokenRenewer&, const DescribedDelegationTokenRenewer&) = default;
  };

  struct DescribedDelegationToken {
    std::string_view principal_type{};
    std::string_view principal_name{};
    std::string_view token_requester_principal_type{};
    std::string_view token_requester_principal_name{};
    int64_t issue_timestamp = 0;
    int64_t expiry_timestamp = 0;
    int64_t max_timestamp = 0;
    std::string_view token_id{};
    ByteView hmac{};
    std::vector<DescribedDelegationTokenRenewer> renewers{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedDelegationToken& a, const DescribedDelegationToken& b) {
      return a.principal_type == b.principal_type &&
                   a.principal_name == b.principal_name &&
                   a.token_requester_principal_type == b.token_requester_principal_type &&
                   a.token_requester_principal_name == b.token_requester_principal_name &&
                   a.issue_timestamp == b.issue_timestamp &&
                   a.expiry_timestamp == b.expiry_timestamp &&
                   a.max_timestamp == b.max_timestamp &&
                   a.token_id == b.token_id &&
                   same_bytes(a.hmac, b.hmac) &&
                   a.renewers == b.renewers;
    }
  };

  int16_t error_code = 0;
  std::vector<DescribedDelegationToken> tokens{};
  int32_t throttle_time_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeDelegationTokenResponse&, const DescribeDelegationTokenResponse&) = default;
};

}  // namespace klamm::protocol
