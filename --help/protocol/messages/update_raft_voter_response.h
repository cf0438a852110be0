// Generated from protocol/schema/82_update_raft_voter.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UpdateRaftVoterResponse {
  static constexpr int16_t kKey = 82;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct CurrentLeader {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;
    std::string_view host{};
    int32_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CurrentLeader&, const CurrentLeader&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  CurrentLeader current_leader{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UpdateRaftVoterResponse&, const UpdateRaftVoterResponse&) = default;
};

}  // namespace klamm::protocol
