// Generated from protocol/schema/30_create_acls.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateAclsResponse {
  static constexpr int16_t kKey = 30;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AclCreationResult {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AclCreationResult&, const AclCreationResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<AclCreationResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateAclsResponse&, const CreateAclsResponse&) = default;
};

}  // namespace klamm::protocol
