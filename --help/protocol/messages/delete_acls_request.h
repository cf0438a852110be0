// Generated from protocol/schema/31_delete_acls.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteAclsRequest {
  static constexpr int16_t kKey = 31;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DeleteAclsFilter {
    int8_t resource_type_filter = 0;
    std::optional<std::string_view> resource_name_filter = std::string_view{};
    int8_t pattern_type_filter = 3;
    std::optional<std::string_view> principal_filter = std::string_view{};
    std::optional<std::string_view> host_filter = std::string_view{};
    int8_t operation = 0;
    int8_t permission_type = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteAclsFilter&, const DeleteAclsFilter&) = default;
  };

  std::vector<DeleteAclsFilter> filters{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteAclsRequest&, const DeleteAclsRequest&) = default;
};

}  // namespace klamm::protocol
