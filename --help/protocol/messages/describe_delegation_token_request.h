// Generated from protocol/schema/41_describe_delegation_token.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeDelegationTokenRequest {
  static constexpr int16_t kKey = 41;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DescribeDelegationTokenOwner {
    std::string_view principal_type{};
    std::string_view principal_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeDelegationTokenOwner&, const DescribeDelegationTokenOwner&) = default;
  };

  std::optional<std::vector<DescribeDelegationTokenOwner>> owners = std::vector<DescribeDelegationTokenOwner>{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeDelegationTokenRequest&, const DescribeDelegationTokenRequest&) = default;
};

}  // namespace klamm::protocol
