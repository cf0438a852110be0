// Generated from protocol/schema/60_describe_cluster.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeClusterRequest {
  static constexpr int16_t kKey = 60;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeClusterRequest&, const DescribeClusterRequest&) = default;
};

}  // namespace klamm::protocol
