// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupCurrentMemberAssignmentValue {
  static constexpr int16_t kKey = 22;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TaskIds {
    std::string_view subtopology_id{};
    std::vector<int32_t> partitions{};
    std::optional<std::vector<int32_t>> assignment_epochs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TaskIds&, const TaskIds&) = default;
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TaskIds> active_tasks{};
  std::vector<TaskIds> standby_tasks{};
  std::vector<TaskIds> warmup_tasks{};
  std::vector<TaskIds> active_tasks_pending_revocation{};
  std::vector<TaskIds> standby_tasks_pending_revocation{};
  std::vector<TaskIds> warmup_tasks_pending_revocation{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupCurrentMemberAssignmentValue&, const StreamsGroupCurrentMemberAssignmentValue&) = default;
};

}  // namespace klamm::protocol
