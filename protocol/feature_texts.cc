#include "protocol/feature_texts.h"

#include <fmt/format.h>

#include <utility>

namespace klamm::protocol {
namespace {

Error<Failure> failure(std::string message) { return Error{Failure{std::move(message)}}; }

}  // namespace

Result<MetadataVersion, Failure> parse_release(std::string_view name) {
  const auto version = MetadataVersion::of_name(name);
  if (version) return *version;
  std::string names;
  for (MetadataVersion known : metadata_versions()) {
    if (known <= kMetadataVersionLatest)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name());
  }
  return failure(
      fmt::format("Unknown metadata.version '{}'. Supported metadata.version are: {}", name, names));
}

std::string version_mapping_text(MetadataVersion version, std::string_view name) {
  std::string text = fmt::format("{}={} ({})\n", kMetadataVersionFeature, version.level, name);
  // In the order of Kafka's tools.
  for (std::string_view feature : {kKraftVersionFeature, kTransactionVersionFeature, kGroupVersionFeature,
                                   kElrVersionFeature, kShareVersionFeature, kStreamsVersionFeature}) {
    text += fmt::format("{}={}\n", feature, find_feature(feature)->default_level(version));
  }
  return text;
}

Result<std::string, Failure> feature_dependencies_text(std::string_view name, int16_t level) {
  if (name == kMetadataVersionFeature) {
    const auto version = MetadataVersion::of_level(level);
    if (!version) return failure(fmt::format("Unknown metadata.version {}", level));
    return fmt::format("{}={} ({}) has no dependencies.\n", name, level, version->name());
  }
  const Feature* feature = find_feature(name);
  if (!feature) return failure(fmt::format("Unknown feature: {}", name));
  if (level < feature->min || level > feature->max) {
    return failure(fmt::format("Feature level {} is not supported for feature {}", level, name));
  }
  const MetadataVersion required = feature->required_metadata_version(level);
  if (required == kMetadataVersionMin) return fmt::format("{}={} has no dependencies.\n", name, level);
  return fmt::format("{}={} requires:\n    {}={} ({})\n", name, level, kMetadataVersionFeature,
                     required.level, required.name());
}

}  // namespace klamm::protocol
