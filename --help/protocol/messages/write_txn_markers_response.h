// Generated from protocol/schema/27_write_txn_markers.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct WriteTxnMarkersResponse {
  static constexpr int16_t kKey = 27;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 1;

  struct WritableTxnMarkerPartitionResult {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WritableTxnMarkerPartitionResult&, const WritableTxnMarkerPartitionResult&) = default;
  };

  struct WritableTxnMarkerTopicResult {
    std::string_view name{};
    std::vector<WritableTxnMarkerPartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WritableTxnMarkerTopicResult&, const WritableTxnMarkerTopicResult&) = default;
  };

  struct WritableTxnMarkerResult {
    int64_t producer_id = 0;
    std::vector<WritableTxnMarkerTopicResult> topics{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WritableTxnMarkerResult&, const WritableTxnMarkerResult&) = default;
  };

  std::vector<WritableTxnMarkerResult> markers{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const WriteTxnMarkersResponse&, const WriteTxnMarkersResponse&) = default;
};

}  // namespace klamm::protocol
