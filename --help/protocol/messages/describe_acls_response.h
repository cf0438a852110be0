// Generated from protocol/schema/29_describe_acls.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeAclsResponse {
  static constexpr int16_t kKey = 29;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AclDescription {
    std::string_view principal{};
    std::string_view host{};
    int8_t operation = 0;
    int8_t permission_type = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AclDescription&, const AclDescription&) = default;
  };

  struct DescribeAclsResource {
    int8_t resource_type = 0;
    std::string_view resource_name{};
    int8_t pattern_type = 3;
    std::vector<AclDescription> acls{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeAclsResource&, const DescribeAclsResource&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<DescribeAclsResource> resources{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeAclsResponse&, const DescribeAclsResponse&) = default;
};

}  // namespace klamm::protocol
