// Generated from protocol/schema/transaction_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct TransactionLogValue {
  static constexpr int16_t kKey = 0;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct PartitionsSchema {
    std::string_view topic{};
    std::vector<int32_t> partition_ids{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionsSchema&, const PartitionsSchema&) = default;
  };

  int64_t producer_id = 0;
  int64_t previous_producer_id = -1;
  int64_t next_producer_id = -1;
  int16_t producer_epoch = 0;
  int16_t next_producer_epoch = -1;
  int32_t transaction_timeout_ms = 0;
  int8_t transaction_status = 0;
  std::optional<std::vector<PartitionsSchema>> transaction_partitions = std::vector<PartitionsSchema>{};
  int64_t transaction_last_update_timestamp_ms = 0;
  int64_t transaction_start_timestamp_ms = 0;
  int16_t client_transaction_version = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const TransactionLogValue&, const TransactionLogValue&) = default;
};

}  // namespace klamm::protocol
