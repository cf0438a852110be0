// Generated from protocol/schema/15_describe_groups.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeGroupsResponse {
  static constexpr int16_t kKey = 15;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 5;

  struct DescribedGroupMember {
    std::string_view member_id{};
    std::optional<std::string_view> group_instance_id{};
    std::string_view client_id{};
    std::string_view client_host{};
    ByteView member_metadata{};
    ByteView member_assignment{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedGroupMember& a, const DescribedGroupMember& b) {
      return a.member_id == b.member_id &&
                   a.group_instance_id == b.group_instance_id &&
                   a.client_id == b.client_id &&
                   a.client_host == b.client_host &&
                   same_bytes(a.member_metadata, b.member_metadata) &&
                   same_bytes(a.member_assignment, b.member_assignment);
    }
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    std::string_view group_id{};
    std::string_view group_state{};
    std::string_view protocol_type{};
    std::string_view protocol_data{};
    std::vector<DescribedGroupMember> members{};
    int32_t authorized_operations = INT32_MIN;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedGroup&, const DescribedGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeGroupsResponse&, const DescribeGroupsResponse&) = default;
};

}  // namespace klamm::protocol
