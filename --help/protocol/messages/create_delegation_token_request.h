// Generated from protocol/schema/38_create_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateDelegationTokenRequest {
  static constexpr int16_t kKey = 38;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct CreatableRenewers {
    std::string_view principal_type{};
    std::string_view principal_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableRenewers&, const CreatableRenewers&) = default;
  };

  std::optional<std::string_view> owner_principal_type = std::string_view{};
  std::optional<std::string_view> owner_principal_name = std::string_view{};
  std::vector<CreatableRenewers> renewers{};
  int64_t max_lifetime_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateDelegationTokenRequest&, const CreateDelegationTokenRequest&) = default;
};

}  // namespace klamm::protocol
