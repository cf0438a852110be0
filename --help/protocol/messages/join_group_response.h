// Generated from protocol/schema/11_join_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct JoinGroupResponse {
  static constexpr int16_t kKey = 11;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 9;
  static constexpr int16_t kFlexibleFrom = 6;

  struct JoinGroupResponseMember {
    std::string_view member_id{};
    std::optional<std::string_view> group_instance_id{};
    ByteView metadata{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const JoinGroupResponseMember& a, const JoinGroupResponseMember& b) {
      return a.member_id == b.member_id &&
                   a.group_instance_id == b.group_instance_id &&
                   same_bytes(a.metadata, b.metadata);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t generation_id = -1;
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name = std::string_view{};
  std::string_view leader{};
  bool skip_assignment = false;
  std::string_view member_id{};
  std::vector<JoinGroupResponseMember> members{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const JoinGroupResponse&, const JoinGroupResponse&) = default;
};

}  // namespace klamm::protocol
