// Generated from protocol/schema/61_describe_producers.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeProducersRequest {
  static constexpr int16_t kKey = 61;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicRequest {
    std::string_view name{};
    std::vector<int32_t> partition_indexes{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicRequest&, const TopicRequest&) = default;
  };

  std::vector<TopicRequest> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeProducersRequest&, const DescribeProducersRequest&) = default;
};

}  // namespace klamm::protocol
