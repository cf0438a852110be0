// What Kafka's kafka-storage and kafka-features both print about feature levels.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/features.h"

namespace klamm::protocol {

// "4.3", "4.3-IV0", of those that are supported.
Result<MetadataVersion, Failure> parse_release(std::string_view name);

// The level of each feature in a release that is called `name`, a line for each.
std::string version_mapping_text(MetadataVersion version, std::string_view name);
// What a feature's level needs.
Result<std::string, Failure> feature_dependencies_text(std::string_view name, int16_t level);

}  // namespace klamm::protocol
