// Generated from protocol/schema/60_describe_cluster.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeClusterResponse {
  static constexpr int16_t kKey = 60;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DescribeClusterBroker {
    int32_t broker_id = 0;
    std::string_view host{};
    int32_t port = 0;
    std::optional<std::string_view> rack{};
    bool is_fenced = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeClusterBroker&, const DescribeClusterBroker&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  int8_t endpoint_type = 1;
  std::string_view cluster_id{};
  int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers{};
  int32_t cluster_authorized_operations = INT32_MIN;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeClusterResponse&, const DescribeClusterResponse&) = default;
};

}  // namespace klamm::protocol
