// Generated from protocol/schema/client_data.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerProtocolSubscription {
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

  std::vector<std::string_view> topics{};
  std::optional<ByteView> user_data{};
  std::vector<TopicPartition> owned_partitions{};
  int32_t generation_id = -1;
  std::optional<std::string_view> rack_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerProtocolSubscription& a, const ConsumerProtocolSubscription& b) {
    return a.topics == b.topics &&
                 same_bytes(a.user_data, b.user_data) &&
                 a.owned_partitions == b.owned_partitions &&
                 a.generation_id == b.generation_id &&
                 a.rack_id == b.rack_id;
  }
};

}  // namespace klamm::protocol
