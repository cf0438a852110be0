// Generated from protocol/schema/76_share_group_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupHeartbeatRequest {
  static constexpr int16_t kKey = 76;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  std::string_view group_id{};
  std::string_view member_id{};
  int32_t member_epoch = 0;
  std::optional<std::string_view> rack_id{};
  std::optional<std::vector<std::string_view>> subscribed_topic_names{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupHeartbeatRequest&, const ShareGroupHeartbeatRequest&) = default;
};

}  // namespace klamm::protocol
