// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupTargetAssignmentMemberValue {
  static constexpr int16_t kKey = 21;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TaskIds {
    std::string_view subtopology_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TaskIds&, const TaskIds&) = default;
  };

  std::vector<TaskIds> active_tasks{};
  std::vector<TaskIds> standby_tasks{};
  std::vector<TaskIds> warmup_tasks{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupTargetAssignmentMemberValue&, const StreamsGroupTargetAssignmentMemberValue&) = default;
};

}  // namespace klamm::protocol
