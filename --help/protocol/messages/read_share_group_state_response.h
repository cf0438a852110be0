// Generated from protocol/schema/84_read_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ReadShareGroupStateResponse {
  static constexpr int16_t kKey = 84;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const StateBatch&, const StateBatch&) = default;
  };

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    int32_t state_epoch = 0;
    int64_t start_offset = 0;
    std::vector<StateBatch> state_batches{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionResult&, const PartitionResult&) = default;
  };

  struct ReadStateResult {
    Uuid topic_id{};
    std::vector<PartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReadStateResult&, const ReadStateResult&) = default;
  };

  std::vector<ReadStateResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ReadShareGroupStateResponse&, const ReadShareGroupStateResponse&) = default;
};

}  // namespace klamm::protocol
