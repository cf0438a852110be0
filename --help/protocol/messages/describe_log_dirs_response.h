// Generated from protocol/schema/35_describe_log_dirs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeLogDirsResponse {
  static constexpr int16_t kKey = 35;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DescribeLogDirsPartition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;
    int64_t offset_lag = 0;
    bool is_future_key = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeLogDirsPartition&, const DescribeLogDirsPartition&) = default;
  };

  struct DescribeLogDirsTopic {
    std::string_view name{};
    std::vector<DescribeLogDirsPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeLogDirsTopic&, const DescribeLogDirsTopic&) = default;
  };

  struct DescribeLogDirsResult {
    int16_t error_code = 0;
    std::string_view log_dir{};
    std::vector<DescribeLogDirsTopic> topics{};
    int64_t total_bytes = -1;
    int64_t usable_bytes = -1;
    bool is_cordoned = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeLogDirsResult&, const DescribeLogDirsResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<DescribeLogDirsResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeLogDirsResponse&, const DescribeLogDirsResponse&) = default;
};

}  // namespace klamm::protocol
