// Generated from protocol/schema/31_delete_acls.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteAclsResponse {
  static constexpr int16_t kKey = 31;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DeleteAclsMatchingAcl {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    int8_t resource_type = 0;
    std::string_view resource_name{};
    int8_t pattern_type = 3;
    std::string_view principal{};
    std::string_view host{};
    int8_t operation = 0;
    int8_t permission_type = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteAclsMatchingAcl&, const DeleteAclsMatchingAcl&) = default;
  };

  struct DeleteAclsFilterResult {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    std::vector<DeleteAclsMatchingAcl> matching_acls{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteAclsFilterResult&, const DeleteAclsFilterResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeleteAclsFilterResult> filter_results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteAclsResponse&, const DeleteAclsResponse&) = default;
};

}  // namespace klamm::protocol
