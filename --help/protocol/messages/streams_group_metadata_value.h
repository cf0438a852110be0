// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupMetadataValue {
  static constexpr int16_t kKey = 17;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct LastAssignmentConfig {
    std::string_view key{};
    std::string_view value{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LastAssignmentConfig&, const LastAssignmentConfig&) = default;
  };

  int32_t epoch = 0;
  int64_t metadata_hash = 0;
  int32_t validated_topology_epoch = -1;
  std::optional<std::vector<LastAssignmentConfig>> last_assignment_configs{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupMetadataValue&, const StreamsGroupMetadataValue&) = default;
};

}  // namespace klamm::protocol
