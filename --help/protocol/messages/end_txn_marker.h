// Generated from protocol/schema/control_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct EndTxnMarker {
  static constexpr int16_t kKey = 0;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  int32_t coordinator_epoch = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const EndTxnMarker&, const EndTxnMarker&) = default;
};

}  // namespace klamm::protocol
