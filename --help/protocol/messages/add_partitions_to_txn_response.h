// Generated from protocol/schema/24_add_partitions_to_txn.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AddPartitionsToTxnResponse {
  static constexpr int16_t kKey = 24;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 3;

  struct AddPartitionsToTxnPartitionResult {
    int32_t partition_index = 0;
    int16_t partition_error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AddPartitionsToTxnPartitionResult&, const AddPartitionsToTxnPartitionResult&) = default;
  };

  struct AddPartitionsToTxnTopicResult {
    std::string_view name{};
    std::vector<AddPartitionsToTxnPartitionResult> results_by_partition{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AddPartitionsToTxnTopicResult&, const AddPartitionsToTxnTopicResult&) = default;
  };

  struct AddPartitionsToTxnResult {
    std::string_view transactional_id{};
    std::vector<AddPartitionsToTxnTopicResult> topic_results{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AddPartitionsToTxnResult&, const AddPartitionsToTxnResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<AddPartitionsToTxnResult> results_by_transaction{};
  std::vector<AddPartitionsToTxnTopicResult> results_by_topic_v3_and_below{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AddPartitionsToTxnResponse&, const AddPartitionsToTxnResponse&) = default;
};

}  // namespace klamm::protocol
