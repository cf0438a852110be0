// Generated from protocol/schema/27_write_txn_markers.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct WriteTxnMarkersRequest {
  static constexpr int16_t kKey = 27;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 1;

  struct WritableTxnMarkerTopic {
    std::string_view name{};
    std::vector<int32_t> partition_indexes{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WritableTxnMarkerTopic&, const WritableTxnMarkerTopic&) = default;
  };

  struct WritableTxnMarker {
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool transaction_result = false;
    std::vector<WritableTxnMarkerTopic> topics{};
    int32_t coordinator_epoch = 0;
    int8_t transaction_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const WritableTxnMarker&, const WritableTxnMarker&) = default;
  };

  std::vector<WritableTxnMarker> markers{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const WriteTxnMarkersRequest&, const WriteTxnMarkersRequest&) = default;
};

}  // namespace klamm::protocol
