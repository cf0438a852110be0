// Generated from protocol/schema/81_remove_raft_voter.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RemoveRaftVoterResponse {
  static constexpr int16_t kKey = 81;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RemoveRaftVoterResponse&, const RemoveRaftVoterResponse&) = default;
};

}  // namespace klamm::protocol
