// Generated from protocol/schema/client_data.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerProtocolAssignment {
  static constexpr int16_t kKey = -1;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  struct TopicPartition {
    std::string_view topic{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
  };

  std::vector<TopicPartition> assigned_partitions{};
  std::optional<ByteView> user_data{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerProtocolAssignment& a, const ConsumerProtocolAssignment& b) {
    return a.assigned_partitions == b.assigned_partitions &&
                 same_bytes(a.user_data, b.user_data);
  }
};

}  // namespace klamm::protocol
