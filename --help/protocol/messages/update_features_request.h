// Generated from protocol/schema/57_update_features.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UpdateFeaturesRequest {
  static constexpr int16_t kKey = 57;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct FeatureUpdateKey {
    std::string_view feature{};
    int16_t max_version_level = 0;
    bool allow_downgrade = false;
    int8_t upgrade_type = 1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FeatureUpdateKey&, const FeatureUpdateKey&) = default;
  };

  int32_t timeout_ms = 60000;
  std::vector<FeatureUpdateKey> feature_updates{};
  bool validate_only = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UpdateFeaturesRequest&, const UpdateFeaturesRequest&) = default;
};

}  // namespace klamm::protocol
