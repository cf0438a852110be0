// Generated from protocol/schema/11_join_group.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct JoinGroupRequest {
  static constexpr int16_t kKey = 11;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 9;
  static constexpr int16_t kFlexibleFrom = 6;

  struct JoinGroupRequestProtocol {
    std::string_view name{};
    ByteView metadata{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const JoinGroupRequestProtocol& a, const JoinGroupRequestProtocol& b) {
      return a.name == b.name &&
                   same_bytes(a.metadata, b.metadata);
    }
  };

  std::string_view group_id{};
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::string_view protocol_type{};
  std::vector<JoinGroupRequestProtocol> protocols{};
  std::optional<std::string_view> reason{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const JoinGroupRequest&, const JoinGroupRequest&) = default;
};

}  // namespace klamm::protocol
