// Generated from protocol/schema/89_streams_group_describe.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupDescribeRequest {
  static constexpr int16_t kKey = 89;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::vector<std::string_view> group_ids{};
  bool include_authorized_operations = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupDescribeRequest&, const StreamsGroupDescribeRequest&) = default;
};

}  // namespace klamm::protocol
