// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConfigRecord {
  static constexpr int16_t kKey = 4;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int8_t resource_type = 0;
  std::string_view resource_name{};
  std::string_view name{};
  std::optional<std::string_view> value = std::string_view{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConfigRecord&, const ConfigRecord&) = default;
};

}  // namespace klamm::protocol
