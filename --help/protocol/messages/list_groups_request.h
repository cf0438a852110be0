// Generated from protocol/schema/16_list_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListGroupsRequest {
  static constexpr int16_t kKey = 16;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 3;

  std::vector<std::string_view> states_filter{};
  std::vector<std::string_view> types_filter{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListGroupsRequest&, const ListGroupsRequest&) = default;
};

}  // namespace klamm::protocol
