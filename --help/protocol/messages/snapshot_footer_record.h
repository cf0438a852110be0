// Generated from protocol/schema/control_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SnapshotFooterRecord {
  static constexpr int16_t kKey = 4;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int16_t version = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SnapshotFooterRecord&, const SnapshotFooterRecord&) = default;
};

}  // namespace klamm::protocol
