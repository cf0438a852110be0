// Generated from protocol/schema/50_describe_user_scram_credentials.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeUserScramCredentialsResponse {
  static constexpr int16_t kKey = 50;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct CredentialInfo {
    int8_t mechanism = 0;
    int32_t iterations = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CredentialInfo&, const CredentialInfo&) = default;
  };

  struct DescribeUserScramCredentialsResult {
    std::string_view user{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    std::vector<CredentialInfo> credential_infos{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeUserScramCredentialsResult&, const DescribeUserScramCredentialsResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<DescribeUserScramCredentialsResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeUserScramCredentialsResponse&, const DescribeUserScramCredentialsResponse&) = default;
};

}  // namespace klamm::protocol
