// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerGroupMemberMetadataValue {
  static constexpr int16_t kKey = 5;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ClassicProtocol {
    std::string_view name{};
    ByteView metadata{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ClassicProtocol& a, const ClassicProtocol& b) {
      return a.name == b.name &&
                   same_bytes(a.metadata, b.metadata);
    }
  };

  struct ClassicMemberMetadata {
    int32_t session_timeout_ms = 0;
    std::vector<ClassicProtocol> supported_protocols{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ClassicMemberMetadata&, const ClassicMemberMetadata&) = default;
  };

  std::optional<std::string_view> instance_id = std::string_view{};
  std::optional<std::string_view> rack_id = std::string_view{};
  std::string_view client_id{};
  std::string_view client_host{};
  std::vector<std::string_view> subscribed_topic_names{};
  std::optional<std::string_view> subscribed_topic_regex = std::string_view{};
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::string_view> server_assignor = std::string_view{};
  std::optional<ClassicMemberMetadata> classic_member_metadata{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerGroupMemberMetadataValue&, const ConsumerGroupMemberMetadataValue&) = default;
};

}  // namespace klamm::protocol
