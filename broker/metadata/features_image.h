// The finalized feature levels. Part of ClusterImage. kraft.version is not here: it is the quorum's, stands
// in control records, and whoever answers ApiVersions adds it (KAFKA-18979).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/metadata/features.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct FeatureLevelRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

struct FinalizedFeature {
  std::string name;
  int16_t level;

  friend bool operator==(const FinalizedFeature&, const FinalizedFeature&) = default;
};

class FeaturesImage {
 public:
  // None before the first record of the log has been applied.
  std::optional<MetadataVersion> metadata_version() const { return metadata_version_; }
  // 0 for a feature that is not finalized.
  int16_t level_of(std::string_view name) const;
  bool elr_enabled() const { return level_of(kElrVersionFeature) >= 1; }

  // metadata.version and all others above 0, by name; with `kraft_version` unless that is 0. As ApiVersions
  // lists them; the epoch beside them is the image's last_applied offset.
  std::vector<FinalizedFeature> finalized(int16_t kraft_version) const;
  // All but metadata.version.
  const SharedMap<std::string, int16_t>& others() const { return others_; }

  // Fails for a metadata.version that this node does not know, or a level of another feature beyond what it
  // supports: it would misread what follows.
  Result<void, Failure> apply(const protocol::FeatureLevelRecord& record);

  friend bool operator==(const FeaturesImage&, const FeaturesImage&) = default;

 private:
  std::optional<MetadataVersion> metadata_version_;
  SharedMap<std::string, int16_t> others_;
};

}  // namespace klamm::broker
