#include "broker/metadata/features_image.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/messages/feature_level_record.h"

namespace klamm::broker {

int16_t FeaturesImage::level_of(std::string_view name) const {
  if (name == kMetadataVersionFeature) return metadata_version_ ? metadata_version_->level : int16_t{0};
  const int16_t* level = others_.find(name);
  return level ? *level : int16_t{0};
}

std::vector<FinalizedFeature> FeaturesImage::finalized(int16_t kraft_version) const {
  std::vector<FinalizedFeature> features;
  for (const auto& [name, level] : others_) features.push_back({name, level});
  if (metadata_version_) features.push_back({std::string(kMetadataVersionFeature), metadata_version_->level});
  if (kraft_version > 0) features.push_back({std::string(kKraftVersionFeature), kraft_version});
  std::ranges::sort(features, {}, &FinalizedFeature::name);
  return features;
}

Result<void, Failure> FeaturesImage::apply(const protocol::FeatureLevelRecord& record) {
  // Kafka 4.0 wrote kraft.version here by mistake; the control records of the log are what counts
  // (KAFKA-18979).
  if (record.name == kKraftVersionFeature) return {};
  const Feature* feature = find_feature(record.name);
  const int16_t min = feature ? feature->min : int16_t{0};
  const int16_t max = feature ? feature->max : int16_t{0};
  if (record.feature_level < min || record.feature_level > max) {
    return Error{Failure{fmt::format("the cluster's {} is {}, but this node supports only {} to {}",
                                     record.name, record.feature_level, min, max)}};
  }
  if (record.name == kMetadataVersionFeature) {
    metadata_version_ = MetadataVersion{record.feature_level};
  } else if (record.feature_level == 0) {
    others_.erase(record.name);
  } else {
    others_.set(std::string(record.name), record.feature_level);
  }
  return {};
}

}  // namespace klamm::broker
