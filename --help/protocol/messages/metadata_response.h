// Generated from protocol/schema/03_metadata.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct MetadataResponse {
  static constexpr int16_t kKey = 3;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 13;
  static constexpr int16_t kFlexibleFrom = 9;

  struct MetadataResponseBroker {
    int32_t node_id = 0;
    std::string_view host{};
    int32_t port = 0;
    std::optional<std::string_view> rack{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MetadataResponseBroker&, const MetadataResponseBroker&) = default;
  };

  struct MetadataResponsePartition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes{};
    std::vector<int32_t> isr_nodes{};
    std::vector<int32_t> offline_replicas{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MetadataResponsePartition&, const MetadataResponsePartition&) = default;
  };

  struct MetadataResponseTopic {
    int16_t error_code = 0;
    std::optional<std::string_view> name = std::string_view{};
    Uuid topic_id{};
    bool is_internal = false;
    std::vector<MetadataResponsePartition> partitions{};
    int32_t topic_authorized_operations = INT32_MIN;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MetadataResponseTopic&, const MetadataResponseTopic&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers{};
  std::optional<std::string_view> cluster_id{};
  int32_t controller_id = -1;
  std::vector<MetadataResponseTopic> topics{};
  int32_t cluster_authorized_operations = INT32_MIN;
  int16_t error_code = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const MetadataResponse&, const MetadataResponse&) = default;
};

}  // namespace klamm::protocol
