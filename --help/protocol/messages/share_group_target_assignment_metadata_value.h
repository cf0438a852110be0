// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupTargetAssignmentMetadataValue {
  static constexpr int16_t kKey = 12;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupTargetAssignmentMetadataValue&, const ShareGroupTargetAssignmentMetadataValue&) = default;
};

}  // namespace klamm::protocol
