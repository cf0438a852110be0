// Generated from protocol/schema/50_describe_user_scram_credentials.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeUserScramCredentialsRequest {
  static constexpr int16_t kKey = 50;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct UserName {
    std::string_view name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const UserName&, const UserName&) = default;
  };

  std::optional<std::vector<UserName>> users = std::vector<UserName>{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeUserScramCredentialsRequest&, const DescribeUserScramCredentialsRequest&) = default;
};

}  // namespace klamm::protocol
