// Generated from protocol/schema/30_create_acls.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateAclsRequest {
  static constexpr int16_t kKey = 30;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AclCreation {
    int8_t resource_type = 0;
    std::string_view resource_name{};
    int8_t resource_pattern_type = 3;
    std::string_view principal{};
    std::string_view host{};
    int8_t operation = 0;
    int8_t permission_type = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AclCreation&, const AclCreation&) = default;
  };

  std::vector<AclCreation> creations{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateAclsRequest&, const CreateAclsRequest&) = default;
};

}  // namespace klamm::protocol
