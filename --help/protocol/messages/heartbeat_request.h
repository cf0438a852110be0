// Generated from protocol/schema/12_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct HeartbeatRequest {
  static constexpr int16_t kKey = 12;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  std::string_view group_id{};
  int32_t generation_id = 0;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const HeartbeatRequest&, const HeartbeatRequest&) = default;
};

}  // namespace klamm::protocol
