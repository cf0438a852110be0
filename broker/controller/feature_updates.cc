#include "broker/controller/feature_updates.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/string_limit.h"

namespace klamm::broker {
namespace {

using protocol::UpdateFeaturesRequest;
using protocol::UpdateFeaturesResponse;
using Problem = std::optional<std::string>;

constexpr size_t kQuotedMax = 249;  // of a name that a client gives
constexpr std::string_view kIsrMin = "min.insync.replicas";

enum class UpgradeType : int8_t { kUpgrade = 1, kSafeDowngrade = 2, kUnsafeDowngrade = 3 };

struct Update {
  std::string_view feature;
  int16_t level = 0;
  int8_t type = 0;

  bool is_upgrade() const { return type == static_cast<int8_t>(UpgradeType::kUpgrade); }
  bool is_unsafe() const { return type == static_cast<int8_t>(UpgradeType::kUnsafeDowngrade); }
  bool has_known_type() const { return is_upgrade() || is_unsafe() || is_safe(); }
  bool is_safe() const { return type == static_cast<int8_t>(UpgradeType::kSafeDowngrade); }
};

// The last one of each feature counts.
std::vector<Update> updates_of(const UpdateFeaturesRequest& request) {
  std::map<std::string_view, size_t> places;
  std::vector<Update> updates;
  for (const auto& asked : request.feature_updates) {
    const auto [place, fresh] = places.try_emplace(asked.feature, updates.size());
    if (fresh) updates.emplace_back();
    updates[place->second] = {asked.feature, asked.max_version_level, asked.upgrade_type};
  }
  return updates;
}

Problem not_supported(const std::string& who, int16_t level, int16_t min, int16_t max) {
  if (min <= level && level <= max) return std::nullopt;
  if (max == 0) return who + " does not support this feature.";
  return min == max ? fmt::format("{} only supports versions {}", who, min)
                    : fmt::format("{} only supports versions {}-{}", who, min, max);
}

Problem not_supported(const std::string& who, const std::vector<FeatureRange>& features,
                      const Update& update) {
  const auto range = std::find_if(features.begin(), features.end(),
                                  [&](const FeatureRange& each) { return each.name == update.feature; });
  if (range == features.end()) return not_supported(who, update.level, 0, 0);
  return not_supported(who, update.level, range->min, range->max);
}

// Who does not support the level, or may not.
Problem not_supported(const ControllerView& view, const FeatureTerms& terms, const Update& update) {
  const NodeId self = view.config.node;
  const Feature* own = find_feature(update.feature);
  if (auto reason = not_supported(fmt::format("Local controller {}", self.value), update.level,
                                  own ? own->min : int16_t{0}, own ? own->max : int16_t{0})) {
    return reason;
  }
  const BrokersImage& nodes = view.image.brokers();
  for (const auto& [id, broker] : nodes.brokers()) {
    if (auto reason = not_supported(fmt::format("Broker {}", id.value), broker.features, update))
      return reason;
  }
  const auto version = view.image.features().metadata_version();
  if (!version || !version->has_controller_registration()) return std::nullopt;
  for (const auto& [id, controller] : nodes.controllers()) {
    if (id == self) continue;
    if (auto reason = not_supported(fmt::format("Controller {}", id.value), controller.features, update))
      return reason;
  }
  for (NodeId id : terms.voters) {
    if (id == self || nodes.find_controller(id) != nullptr) continue;
    return fmt::format("controller {} has not registered, and may not support this feature", id.value);
  }
  return std::nullopt;
}

std::string invalid_update(const Update& update, std::string_view why) {
  return fmt::format("Invalid update version {} for feature {}. {}", update.level,
                     protocol::cut(update.feature, kQuotedMax), why);
}

Problem check_metadata_version(const FeaturesImage& features, const Update& update) {
  const MetadataVersion before = features.metadata_version().value_or(kMetadataVersionLatest);
  auto refuse = [&](std::string_view why) {
    return fmt::format("Unsupported metadata.version downgrade from {} to {}. {}", before.level, update.level,
                       why);
  };
  bool changed = false;
  for (const MetadataVersion& version : metadata_versions()) {
    changed |= version.level > update.level && version <= before && version.changed_metadata();
  }
  if (!changed) return std::nullopt;
  if (update.is_unsafe()) return refuse("Unsafe metadata downgrade is not supported in this version.");
  return refuse("Refusing to perform the requested downgrade because it might delete metadata information.");
}

Problem check_kraft_version(int16_t before, const Update& update) {
  if (update.level == before) return std::nullopt;
  if (!update.is_upgrade()) return invalid_update(update, "Can't downgrade the version of this feature.");
  return invalid_update(update,
                        "This release changes no voters, and leaves kraft.version as it was formatted; "
                        "update other features without it.");
}

// With all the updates of the request, those that come later, too.
Problem check_dependencies(const FeaturesImage& features, const std::vector<Update>& updates,
                           const Update& update) {
  const Feature* feature = find_feature(update.feature);
  if (feature == nullptr) {
    return invalid_update(
        update, fmt::format("Feature {} not found.", protocol::cut(update.feature, kQuotedMax)));
  }
  int16_t metadata_version = features.level_of(kMetadataVersionFeature);
  for (const Update& other : updates) {
    if (other.feature == kMetadataVersionFeature) metadata_version = other.level;
  }
  const int16_t needed = feature->required_metadata_version(update.level).level;
  if (metadata_version >= needed) return std::nullopt;
  return invalid_update(
      update, fmt::format("{} could not be set to {} because it depends on metadata.version level {}",
                          update.feature, update.level, needed));
}

Problem check(const ControllerView& view, const FeatureTerms& terms, const std::vector<Update>& updates,
              const Update& update) {
  const FeaturesImage& features = view.image.features();
  const bool is_kraft = update.feature == kKraftVersionFeature;
  const int16_t before = is_kraft ? terms.kraft_version : features.level_of(update.feature);
  if (!update.has_known_type())
    return invalid_update(update, "The controller does not support the given upgrade type.");
  if (update.level < 0) return invalid_update(update, "A feature version cannot be less than 0.");
  if (auto reason = not_supported(view, terms, update)) return invalid_update(update, *reason);
  if (update.level < before && update.is_upgrade()) {
    return invalid_update(update,
                          "Can't downgrade the version of this feature without setting the upgrade type to "
                          "either safe or unsafe downgrade.");
  }
  if (update.level > before && !update.is_upgrade())
    return invalid_update(update, "Can't downgrade to a newer version.");
  if (is_kraft) return check_kraft_version(before, update);
  if (update.feature == kMetadataVersionFeature) return check_metadata_version(features, update);
  return check_dependencies(features, updates, update);
}

void set_isr_min(RecordList& records, std::string_view broker, std::optional<std::string_view> value) {
  protocol::ConfigRecord record;
  record.resource_type = static_cast<int8_t>(ConfigResourceType::kBroker);
  record.resource_name = broker;
  record.name = kIsrMin;
  record.value = value;
  records.add(record);
}

// With KIP-966 all brokers have one and the same min.insync.replicas, which the controller knows.
void unify_isr_min(const ConfigsImage& configs, const FeatureTerms& terms, RecordList& records) {
  if (configs.find(ConfigResourceType::kBroker, "", kIsrMin) == nullptr)
    set_isr_min(records, "", terms.isr_min);
  for (const auto& [resource, settings] : configs.resources()) {
    const bool is_ones_own = resource.type == ConfigResourceType::kBroker && !resource.name.empty();
    if (is_ones_own && settings.contains(kIsrMin)) set_isr_min(records, resource.name, std::nullopt);
  }
}

RecordList records_of(const ControllerView& view, const FeatureTerms& terms,
                      const std::vector<Update>& updates) {
  RecordList records(view.image);
  for (const Update& update : updates) {
    if (update.feature == kElrVersionFeature && update.level > 0)
      unify_isr_min(view.image.configs(), terms, records);
  }
  for (const Update& update : updates) {
    if (update.feature == kKraftVersionFeature) continue;
    records.add(protocol::FeatureLevelRecord{.name = update.feature, .feature_level = update.level});
  }
  return records;
}

}  // namespace

Decided<UpdateFeaturesResponse> decide_update_features(const ControllerView& view, const FeatureTerms& terms,
                                                       const UpdateFeaturesRequest& request,
                                                       int16_t version) {
  Decided<UpdateFeaturesResponse> decided;
  UpdateFeaturesResponse& response = decided.response;
  const std::vector<Update> updates = updates_of(request);
  for (const Update& update : updates) {
    const Problem problem = check(view, terms, updates, update);
    if (!problem) continue;
    response.error_code = wire_value(ErrorCode::kInvalidUpdateVersion);
    response.error_message = decided.texts.keep(
        "The update failed for all features since the following feature had an error: " + *problem);
    return decided;
  }
  response.error_message.reset();
  // Kafka tells of each feature to who asks in these versions, and says "NONE" with it.
  constexpr int16_t kLastVersionWithResults = 1;
  if (version <= kLastVersionWithResults) {
    for (const Update& update : updates)
      response.results.push_back({.feature = update.feature, .error_code = 0, .error_message = "NONE"});
  }
  if (!request.validate_only) decided.decision.records = records_of(view, terms, updates).take();
  return decided;
}

UpdateFeaturesResponse refused(const UpdateFeaturesRequest&, ErrorCode code,
                               std::optional<std::string_view> message) {
  UpdateFeaturesResponse response;
  response.error_code = wire_value(code);
  response.error_message = message;
  return response;
}

}  // namespace klamm::broker
