// Generated from protocol/schema/51_alter_user_scram_credentials.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterUserScramCredentialsResponse {
  static constexpr int16_t kKey = 51;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct AlterUserScramCredentialsResult {
    std::string_view user{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterUserScramCredentialsResult&, const AlterUserScramCredentialsResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterUserScramCredentialsResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterUserScramCredentialsResponse&, const AlterUserScramCredentialsResponse&) = default;
};

}  // namespace klamm::protocol
