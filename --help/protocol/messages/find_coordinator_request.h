// Generated from protocol/schema/10_find_coordinator.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct FindCoordinatorRequest {
  static constexpr int16_t kKey = 10;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 3;

  std::string_view key{};
  int8_t key_type = 0;
  std::vector<std::string_view> coordinator_keys{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const FindCoordinatorRequest&, const FindCoordinatorRequest&) = default;
};

}  // namespace klamm::protocol
