// Generated from protocol/schema/74_list_config_resources.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListConfigResourcesRequest {
  static constexpr int16_t kKey = 74;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  std::vector<int8_t> resource_types{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListConfigResourcesRequest&, const ListConfigResourcesRequest&) = default;
};

}  // namespace klamm::protocol
