// Generated from protocol/schema/00_produce.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ProduceResponse {
  static constexpr int16_t kKey = 0;
  static constexpr int16_t kVersionMin = 3, kVersionMax = 13;
  static constexpr int16_t kFlexibleFrom = 9;

  struct BatchIndexAndErrorMessage {
    int32_t batch_index = 0;
    std::optional<std::string_view> batch_index_error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const BatchIndexAndErrorMessage&, const BatchIndexAndErrorMessage&) = default;
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;
  };

  struct PartitionProduceResponse {
    int32_t index = 0;
    int16_t error_code = 0;
    int64_t base_offset = 0;
    int64_t log_append_time_ms = -1;
    int64_t log_start_offset = -1;
    std::vector<BatchIndexAndErrorMessage> record_errors{};
    std::optional<std::string_view> error_message{};
    LeaderIdAndEpoch current_leader{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionProduceResponse&, const PartitionProduceResponse&) = default;
  };

  struct TopicProduceResponse {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<PartitionProduceResponse> partition_responses{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicProduceResponse&, const TopicProduceResponse&) = default;
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string_view host{};
    int32_t port = 0;
    std::optional<std::string_view> rack{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const NodeEndpoint&, const NodeEndpoint&) = default;
  };

  std::vector<TopicProduceResponse> responses{};
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ProduceResponse&, const ProduceResponse&) = default;
};

}  // namespace klamm::protocol
