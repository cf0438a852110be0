// Generated from protocol/schema/15_describe_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeGroupsRequest {
  static constexpr int16_t kKey = 15;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 5;

  std::vector<std::string_view> groups{};
  bool include_authorized_operations = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeGroupsRequest&, const DescribeGroupsRequest&) = default;
};

}  // namespace klamm::protocol
