// Generated from protocol/schema/14_sync_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct SyncGroupRequest {
  static constexpr int16_t kKey = 14;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 4;

  struct SyncGroupRequestAssignment {
    std::string_view member_id{};
    ByteView assignment{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const SyncGroupRequestAssignment& a, const SyncGroupRequestAssignment& b) {
      return a.member_id == b.member_id &&
                   same_bytes(a.assignment, b.assignment);
    }
  };

  std::string_view group_id{};
  int32_t generation_id = 0;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name{};
  std::vector<SyncGroupRequestAssignment> assignments{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const SyncGroupRequest&, const SyncGroupRequest&) = default;
};

}  // namespace klamm::protocol
