// Generated from protocol/schema/57_update_features.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UpdateFeaturesResponse {
  static constexpr int16_t kKey = 57;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct UpdatableFeatureResult {
    std::string_view feature{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const UpdatableFeatureResult&, const UpdatableFeatureResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  std::vector<UpdatableFeatureResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UpdateFeaturesResponse&, const UpdateFeaturesResponse&) = default;
};

}  // namespace klamm::protocol
