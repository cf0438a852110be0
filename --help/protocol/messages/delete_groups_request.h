// Generated from protocol/schema/42_delete_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteGroupsRequest {
  static constexpr int16_t kKey = 42;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  std::vector<std::string_view> groups_names{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteGroupsRequest&, const DeleteGroupsRequest&) = default;
};

}  // namespace klamm::protocol
