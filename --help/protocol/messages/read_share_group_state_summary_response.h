// Generated from protocol/schema/87_read_share_group_state_summary.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ReadShareGroupStateSummaryResponse {
  static constexpr int16_t kKey = 87;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionResult&, const PartitionResult&) = default;
  };

  struct ReadStateSummaryResult {
    Uuid topic_id{};
    std::vector<PartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReadStateSummaryResult&, const ReadStateSummaryResult&) = default;
  };

  std::vector<ReadStateSummaryResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ReadShareGroupStateSummaryResponse&, const ReadShareGroupStateSummaryResponse&) = default;
};

}  // namespace klamm::protocol
