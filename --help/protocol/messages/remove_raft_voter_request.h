// Generated from protocol/schema/81_remove_raft_voter.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RemoveRaftVoterRequest {
  static constexpr int16_t kKey = 81;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::optional<std::string_view> cluster_id = std::string_view{};
  int32_t voter_id = 0;
  Uuid voter_directory_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RemoveRaftVoterRequest&, const RemoveRaftVoterRequest&) = default;
};

}  // namespace klamm::protocol
