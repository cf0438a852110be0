#include "protocol/features.h"

#include <algorithm>
#include <array>

namespace klamm::protocol {
namespace {

struct Level {
  std::string_view name;
  bool changed_metadata;
};

// From kMetadataVersionMin on.
constexpr std::array<Level, 25> kLevels = {{
    {"3.3-IV3", true},  {"3.4-IV0", true},  {"3.5-IV0", false}, {"3.5-IV1", false}, {"3.5-IV2", true},
    {"3.6-IV0", false}, {"3.6-IV1", true},  {"3.6-IV2", true},  {"3.7-IV0", true},  {"3.7-IV1", false},
    {"3.7-IV2", true},  {"3.7-IV3", false}, {"3.7-IV4", false}, {"3.8-IV0", false}, {"3.9-IV0", false},
    {"4.0-IV0", false}, {"4.0-IV1", true},  {"4.0-IV2", false}, {"4.0-IV3", false}, {"4.1-IV0", false},
    {"4.1-IV1", false}, {"4.2-IV0", false}, {"4.2-IV1", false}, {"4.3-IV0", true},  {"4.4-IV0", false},
}};

constexpr auto kVersions = [] {
  std::array<MetadataVersion, kLevels.size()> versions;
  for (size_t i = 0; i < versions.size(); ++i) {
    versions[i].level = static_cast<int16_t>(kMetadataVersionMin.level + i);
  }
  return versions;
}();
static_assert(kVersions.back() == kMetadataVersionUnstable);

const Level* find_level(int16_t level) {
  const int index = level - kMetadataVersionMin.level;
  return index < 0 || index >= static_cast<int>(kLevels.size()) ? nullptr : &kLevels[index];
}

constexpr std::array<Feature, 7> kFeatures = {{
    {kElrVersionFeature, 0, 1},
    {kGroupVersionFeature, 0, 1},
    {kKraftVersionFeature, 0, 1},
    {kMetadataVersionFeature, kMetadataVersionMin.level, kMetadataVersionLatest.level},
    {kShareVersionFeature, 0, 1},
    {kStreamsVersionFeature, 0, 1},
    {kTransactionVersionFeature, 0, 2},
}};

// The metadata.version from which a new cluster gets the feature's highest level.
constexpr int16_t default_from(std::string_view feature) {
  if (feature == kKraftVersionFeature) return 21;
  if (feature == kGroupVersionFeature) return 22;
  if (feature == kTransactionVersionFeature) return 24;
  if (feature == kElrVersionFeature) return 26;
  if (feature == kShareVersionFeature) return 28;
  return 29;  // streams.version
}

}  // namespace

std::string_view MetadataVersion::name() const {
  const Level* known = find_level(level);
  return known ? known->name : std::string_view();
}

std::string_view MetadataVersion::release() const {
  const std::string_view text = name();
  return text.substr(0, text.find('-'));
}

bool MetadataVersion::changed_metadata() const {
  const Level* known = find_level(level);
  return known && known->changed_metadata;
}

std::optional<MetadataVersion> MetadataVersion::of_level(int16_t level) {
  if (!find_level(level)) return std::nullopt;
  return MetadataVersion{level};
}

std::optional<MetadataVersion> MetadataVersion::of_name(std::string_view name) {
  // What stands behind a second dot does not count: "4.3.1" is "4.3", and so is "4.3.1-IV7".
  const size_t first_dot = name.find('.');
  const size_t second_dot = first_dot == name.npos ? name.npos : name.find('.', first_dot + 1);
  const std::string_view wanted = name.substr(0, second_dot);
  for (auto version = kVersions.rbegin(); version != kVersions.rend(); ++version) {
    const bool stable = *version <= kMetadataVersionLatest;
    if (version->name() == wanted || (stable && version->release() == wanted)) return *version;
  }
  return std::nullopt;
}

int16_t MetadataVersion::register_broker_record_version() const {
  if (has_cordoned_directories()) return 4;
  if (has_directory_assignment()) return 3;
  return level >= 8 ? 2 : 1;
}

int16_t MetadataVersion::partition_record_version() const {
  if (has_elr()) return 2;
  return has_directory_assignment() ? 1 : 0;
}

std::span<const MetadataVersion> metadata_versions() { return kVersions; }

int16_t Feature::default_level(MetadataVersion version) const {
  if (name == kMetadataVersionFeature) return version.level;
  return version.level >= default_from(name) ? max : 0;
}

MetadataVersion Feature::required_metadata_version(int16_t level) const {
  if (name == kElrVersionFeature && level >= 1) return {23};
  return kMetadataVersionMin;
}

std::span<const Feature> supported_features() { return kFeatures; }

const Feature* find_feature(std::string_view name) {
  const auto at = std::ranges::find(kFeatures, name, &Feature::name);
  return at == kFeatures.end() ? nullptr : &*at;
}

}  // namespace klamm::protocol
