// Generated from protocol/schema/14_sync_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SyncGroupResponse {
  static constexpr int16_t kKey = 14;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 4;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name{};
  ByteView assignment{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SyncGroupResponse& a, const SyncGroupResponse& b) {
    return a.throttle_time_ms == b.throttle_time_ms &&
                 a.error_code == b.error_code &&
                 a.protocol_type == b.protocol_type &&
                 a.protocol_name == b.protocol_name &&
                 same_bytes(a.assignment, b.assignment);
  }
};

}  // namespace klamm::protocol
