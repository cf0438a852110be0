// Generated from protocol/schema/87_read_share_group_state_summary.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ReadShareGroupStateSummaryRequest {
  static constexpr int16_t kKey = 87;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionData {
    int32_t partition = 0;
    int32_t leader_epoch = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionData&, const PartitionData&) = default;
  };

  struct ReadStateSummaryData {
    Uuid topic_id{};
    std::vector<PartitionData> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReadStateSummaryData&, const ReadStateSummaryData&) = default;
  };

  std::string_view group_id{};
  std::vector<ReadStateSummaryData> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ReadShareGroupStateSummaryRequest&, const ReadShareGroupStateSummaryRequest&) = default;
};

}  // namespace klamm::protocol
