// Generated from protocol/schema/61_describe_producers.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeProducersResponse {
  static constexpr int16_t kKey = 61;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ProducerState {
    int64_t producer_id = 0;
    int32_t producer_epoch = 0;
    int32_t last_sequence = -1;
    int64_t last_timestamp = -1;
    int32_t coordinator_epoch = 0;
    int64_t current_txn_start_offset = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ProducerState&, const ProducerState&) = default;
  };

  struct PartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    std::vector<ProducerState> active_producers{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionResponse&, const PartitionResponse&) = default;
  };

  struct TopicResponse {
    std::string_view name{};
    std::vector<PartitionResponse> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicResponse&, const TopicResponse&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<TopicResponse> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeProducersResponse&, const DescribeProducersResponse&) = default;
};

}  // namespace klamm::protocol
