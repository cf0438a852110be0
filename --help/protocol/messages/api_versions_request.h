// Generated from protocol/schema/18_api_versions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ApiVersionsRequest {
  static constexpr int16_t kKey = 18;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 3;

  std::string_view client_software_name{};
  std::string_view client_software_version{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ApiVersionsRequest&, const ApiVersionsRequest&) = default;
};

}  // namespace klamm::protocol
