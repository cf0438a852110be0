// Generated from protocol/schema/83_initialize_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct InitializeShareGroupStateRequest {
  static constexpr int16_t kKey = 83;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int64_t start_offset = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct InitializeStateData {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const InitializeStateData&, const InitializeStateData&) = default;
  };

  std::string_view group_id{};
  std::vector<InitializeStateData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const InitializeShareGroupStateRequest&, const InitializeShareGroupStateRequest&) = default;
};

}  // namespace klamm::protocol
