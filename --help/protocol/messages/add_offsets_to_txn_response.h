// Generated from protocol/schema/25_add_offsets_to_txn.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AddOffsetsToTxnResponse {
  static constexpr int16_t kKey = 25;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 3;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AddOffsetsToTxnResponse&, const AddOffsetsToTxnResponse&) = default;
};

}  // namespace klamm::protocol
