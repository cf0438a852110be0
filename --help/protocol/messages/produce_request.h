// Generated from protocol/schema/00_produce.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ProduceRequest {
  static constexpr int16_t kKey = 0;
  static constexpr int16_t kVersionMin = 3, kVersionMax = 13;
  static constexpr int16_t kFlexibleFrom = 9;

  struct PartitionProduceData {
    int32_t index = 0;
    std::optional<Records> records = Records{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionProduceData&, const PartitionProduceData&) = default;
  };

  struct TopicProduceData {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<PartitionProduceData> partition_data{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicProduceData&, const TopicProduceData&) = default;
  };

  std::optional<std::string_view> transactional_id{};
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ProduceRequest&, const ProduceRequest&) = default;
};

}  // namespace klamm::protocol
