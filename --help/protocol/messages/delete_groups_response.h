// Generated from protocol/schema/42_delete_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteGroupsResponse {
  static constexpr int16_t kKey = 42;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DeletableGroupResult {
    std::string_view group_id{};
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeletableGroupResult&, const DeletableGroupResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableGroupResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteGroupsResponse&, const DeleteGroupsResponse&) = default;
};

}  // namespace klamm::protocol
