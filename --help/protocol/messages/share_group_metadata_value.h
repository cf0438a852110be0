// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupMetadataValue {
  static constexpr int16_t kKey = 11;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t epoch = 0;
  int64_t metadata_hash = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupMetadataValue&, const ShareGroupMetadataValue&) = default;
};

}  // namespace klamm::protocol
