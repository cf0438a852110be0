// Generated from protocol/schema/43_elect_leaders.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ElectLeadersResponse {
  static constexpr int16_t kKey = 43;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct PartitionResult {
    int32_t partition_id = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionResult&, const PartitionResult&) = default;
  };

  struct ReplicaElectionResult {
    std::string_view topic{};
    std::vector<PartitionResult> partition_result{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReplicaElectionResult&, const ReplicaElectionResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ReplicaElectionResult> replica_election_results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ElectLeadersResponse&, const ElectLeadersResponse&) = default;
};

}  // namespace klamm::protocol
