// Generated from protocol/schema/63_broker_heartbeat.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BrokerHeartbeatRequest {
  static constexpr int16_t kKey = 63;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t current_metadata_offset = 0;
  bool want_fence = false;
  bool want_shut_down = false;
  std::vector<Uuid> offline_log_dirs{};
  std::optional<std::vector<Uuid>> cordoned_log_dirs{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BrokerHeartbeatRequest&, const BrokerHeartbeatRequest&) = default;
};

}  // namespace klamm::protocol
