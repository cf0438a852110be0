// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerGroupCurrentMemberAssignmentValue {
  static constexpr int16_t kKey = 8;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicPartitions {
    Uuid topic_id{};
    std::vector<int32_t> partitions{};
    std::optional<std::vector<int32_t>> assignment_epochs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions{};
  std::vector<TopicPartitions> partitions_pending_revocation{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerGroupCurrentMemberAssignmentValue&, const ConsumerGroupCurrentMemberAssignmentValue&) = default;
};

}  // namespace klamm::protocol
