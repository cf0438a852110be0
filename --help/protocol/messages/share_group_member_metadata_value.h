// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupMemberMetadataValue {
  static constexpr int16_t kKey = 10;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::optional<std::string_view> rack_id = std::string_view{};
  std::string_view client_id{};
  std::string_view client_host{};
  std::vector<std::string_view> subscribed_topic_names{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupMemberMetadataValue&, const ShareGroupMemberMetadataValue&) = default;
};

}  // namespace klamm::protocol
