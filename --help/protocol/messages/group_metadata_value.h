// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct GroupMetadataValue {
  static constexpr int16_t kKey = 2;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  struct MemberMetadata {
    std::string_view member_id{};
    std::optional<std::string_view> group_instance_id{};
    std::string_view client_id{};
    std::string_view client_host{};
    int32_t rebalance_timeout = -1;
    int32_t session_timeout = 0;
    ByteView subscription{};
    ByteView assignment{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MemberMetadata& a, const MemberMetadata& b) {
      return a.member_id == b.member_id &&
                   a.group_instance_id == b.group_instance_id &&
                   a.client_id == b.client_id &&
                   a.client_host == b.client_host &&
                   a.rebalance_timeout == b.rebalance_timeout &&
                   a.session_timeout == b.session_timeout &&
                   same_bytes(a.subscription, b.subscription) &&
                   same_bytes(a.assignment, b.assignment);
    }
  };

  std::string_view protocol_type{};
  int32_t generation = 0;
  std::optional<std::string_view> protocol = std::string_view{};
  std::optional<std::string_view> leader = std::string_view{};
  int64_t current_state_timestamp = -1;
  std::vector<MemberMetadata> members{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const GroupMetadataValue&, const GroupMetadataValue&) = default;
};

}  // namespace klamm::protocol
