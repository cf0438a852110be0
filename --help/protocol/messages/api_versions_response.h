// Generated from protocol/schema/18_api_versions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ApiVersionsResponse {
  static constexpr int16_t kKey = 18;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 3;

  struct ApiVersion {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ApiVersion&, const ApiVersion&) = default;
  };

  struct SupportedFeatureKey {
    std::string_view name{};
    int16_t min_version = 0;
    int16_t max_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const SupportedFeatureKey&, const SupportedFeatureKey&) = default;
  };

  struct FinalizedFeatureKey {
    std::string_view name{};
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FinalizedFeatureKey&, const FinalizedFeatureKey&) = default;
  };

  int16_t error_code = 0;
  std::vector<ApiVersion> api_keys{};
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features{};
  int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features{};
  bool zk_migration_ready = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ApiVersionsResponse&, const ApiVersionsResponse&) = default;
};

}  // namespace klamm::protocol
