// Generated from protocol/schema/35_describe_log_dirs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeLogDirsRequest {
  static constexpr int16_t kKey = 35;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DescribableLogDirTopic {
    std::string_view topic{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribableLogDirTopic&, const DescribableLogDirTopic&) = default;
  };

  std::optional<std::vector<DescribableLogDirTopic>> topics = std::vector<DescribableLogDirTopic>{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeLogDirsRequest&, const DescribeLogDirsRequest&) = default;
};

}  // namespace klamm::protocol
