// Generated from protocol/schema/74_list_config_resources.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListConfigResourcesResponse {
  static constexpr int16_t kKey = 74;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ConfigResource {
    std::string_view resource_name{};
    int8_t resource_type = 16;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ConfigResource&, const ConfigResource&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ConfigResource> config_resources{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListConfigResourcesResponse&, const ListConfigResourcesResponse&) = default;
};

}  // namespace klamm::protocol
