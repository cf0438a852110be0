// Generated from protocol/schema/share_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareUpdateValue {
  static constexpr int16_t kKey = 1;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const StateBatch&, const StateBatch&) = default;
  };

  int32_t snapshot_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int32_t delivery_complete_count = -1;
  std::vector<StateBatch> state_batches{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareUpdateValue&, const ShareUpdateValue&) = default;
};

}  // namespace klamm::protocol
