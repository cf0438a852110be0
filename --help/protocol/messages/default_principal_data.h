// Generated from protocol/schema/client_data.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DefaultPrincipalData {
  static constexpr int16_t kKey = -1;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::string_view type{};
  std::string_view name{};
  bool token_authenticated = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DefaultPrincipalData&, const DefaultPrincipalData&) = default;
};

}  // namespace klamm::protocol
