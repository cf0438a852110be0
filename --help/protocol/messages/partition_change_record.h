// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct PartitionChangeRecord {
  static constexpr int16_t kKey = 5;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t partition_id = -1;
  Uuid topic_id{};
  std::optional<std::vector<int32_t>> isr{};
  int32_t leader = -2;
  std::optional<std::vector<int32_t>> replicas{};
  std::optional<std::vector<int32_t>> removing_replicas{};
  std::optional<std::vector<int32_t>> adding_replicas{};
  int8_t leader_recovery_state = -1;
  std::optional<std::vector<Uuid>> directories{};
  std::optional<std::vector<int32_t>> eligible_leader_replicas{};
  std::optional<std::vector<int32_t>> last_known_elr{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const PartitionChangeRecord&, const PartitionChangeRecord&) = default;
};

}  // namespace klamm::protocol
