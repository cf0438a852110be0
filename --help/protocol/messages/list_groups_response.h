// Generated from protocol/schema/16_list_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListGroupsResponse {
  static constexpr int16_t kKey = 16;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 3;

  struct ListedGroup {
    std::string_view group_id{};
    std::string_view protocol_type{};
    std::string_view group_state{};
    std::string_view group_type{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ListedGroup&, const ListedGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ListedGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListGroupsResponse&, const ListGroupsResponse&) = default;
};

}  // namespace klamm::protocol
