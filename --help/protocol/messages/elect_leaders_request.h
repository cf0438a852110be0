// Generated from protocol/schema/43_elect_leaders.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ElectLeadersRequest {
  static constexpr int16_t kKey = 43;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct TopicPartitions {
    std::string_view topic{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
  };

  int8_t election_type = 0;
  std::optional<std::vector<TopicPartitions>> topic_partitions = std::vector<TopicPartitions>{};
  int32_t timeout_ms = 60000;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ElectLeadersRequest&, const ElectLeadersRequest&) = default;
};

}  // namespace klamm::protocol
