// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct PartitionRecord {
  static constexpr int16_t kKey = 3;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t partition_id = -1;
  Uuid topic_id{};
  std::vector<int32_t> replicas{};
  std::vector<int32_t> isr{};
  std::vector<int32_t> removing_replicas{};
  std::vector<int32_t> adding_replicas{};
  int32_t leader = -1;
  int8_t leader_recovery_state = 0;
  int32_t leader_epoch = -1;
  int32_t partition_epoch = -1;
  std::vector<Uuid> directories{};
  std::optional<std::vector<int32_t>> eligible_leader_replicas{};
  std::optional<std::vector<int32_t>> last_known_elr{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const PartitionRecord&, const PartitionRecord&) = default;
};

}  // namespace klamm::protocol
