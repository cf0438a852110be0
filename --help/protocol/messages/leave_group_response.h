// Generated from protocol/schema/13_leave_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct LeaveGroupResponse {
  static constexpr int16_t kKey = 13;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 4;

  struct MemberResponse {
    std::string_view member_id{};
    std::optional<std::string_view> group_instance_id = std::string_view{};
    int16_t error_code = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MemberResponse&, const MemberResponse&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<MemberResponse> members{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const LeaveGroupResponse&, const LeaveGroupResponse&) = default;
};

}  // namespace klamm::protocol
