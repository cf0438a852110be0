#include "broker/controller/registered_features.h"

#include <fmt/core.h>

#include <algorithm>

namespace klamm::broker {
namespace {

using Supported = protocol::BrokerRegistrationRequest::Feature;

std::optional<ApiError> check(const Supported& supported, int16_t finalized) {
  if (supported.min_supported_version <= finalized && finalized <= supported.max_supported_version) {
    return std::nullopt;
  }
  return ApiError{
      ErrorCode::kUnsupportedVersion,
      fmt::format("Unable to register because the broker does not support finalized version {} of "
                  "{}. The broker wants a version between {} and {}, inclusive.",
                  finalized, supported.name, supported.min_supported_version,
                  supported.max_supported_version)};
}

}  // namespace

std::optional<ApiError> check_registered_features(const ClusterImage& image,
                                                  const protocol::BrokerRegistrationRequest& request) {
  const FeaturesImage& features = image.features();
  const int16_t metadata_version = features.metadata_version().value_or(kMetadataVersionLatest).level;
  auto names = [&](std::string_view name) {
    return std::any_of(request.features.begin(), request.features.end(),
                       [&](const Supported& supported) { return supported.name == name; });
  };
  for (const Supported& supported : request.features) {
    const bool is_metadata = supported.name == kMetadataVersionFeature;
    const int16_t finalized = is_metadata ? metadata_version : features.level_of(supported.name);
    if (auto error = check(supported, finalized)) return error;
  }
  if (!names(kMetadataVersionFeature)) {
    return ApiError{ErrorCode::kInvalidRegistration, "Request features do not contain 'metadata.version'"};
  }
  for (const auto& [name, level] : features.others()) {
    if (level == 0 || names(name)) continue;
    if (auto error = check({.name = name}, level)) return error;
  }
  return std::nullopt;
}

}  // namespace klamm::broker
