// Generated from protocol/schema/13_leave_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct LeaveGroupRequest {
  static constexpr int16_t kKey = 13;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 4;

  struct MemberIdentity {
    std::string_view member_id{};
    std::optional<std::string_view> group_instance_id{};
    std::optional<std::string_view> reason{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MemberIdentity&, const MemberIdentity&) = default;
  };

  std::string_view group_id{};
  std::string_view member_id{};
  std::vector<MemberIdentity> members{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const LeaveGroupRequest&, const LeaveGroupRequest&) = default;
};

}  // namespace klamm::protocol
