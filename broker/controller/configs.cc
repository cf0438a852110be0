#include "broker/controller/configs.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/mutants.h"
#include "broker/config/alter.h"
#include "broker/config/broker_settings.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kIsrMin = "min.insync.replicas";

struct Asked {
  ConfigResource resource;
  std::vector<ConfigChange> changes;
  bool replace = false;  // what is not named is taken away
};

ConfigMap overrides_of(const ClusterImage& image, ConfigResourceType type, std::string_view name) {
  return to_config_map(image.configs().of(type, name));
}

bool exists(const ClusterImage& image, const ConfigResource& resource) {
  if (resource.type == ConfigResourceType::kTopic) return image.topics().find(resource.name) != nullptr;
  if (resource.type != ConfigResourceType::kBroker || resource.name.empty()) return true;
  int32_t id = -1;
  std::from_chars(resource.name.data(), resource.name.data() + resource.name.size(), id);
  return image.brokers().find({id}) != nullptr;
}

// What the node that is to be configured thinks of it.
std::optional<ConfigError> check_as_broker(const ClusterImage& image, const Asked& asked,
                                           const AlteringNode& node) {
  if (auto wrong = check_changes(asked.changes)) return wrong;
  if (asked.resource.type != ConfigResourceType::kBroker) return std::nullopt;
  if (auto wrong = check_broker_name(asked.resource.name, node.config.id)) return wrong;
  ConfigMap current = overrides_of(image, asked.resource.type, asked.resource.name);
  ConfigMap own = overrides_of(image, ConfigResourceType::kBroker, std::to_string(node.config.id.value));
  ConfigMap everyones = overrides_of(image, ConfigResourceType::kBroker, "");
  return check_broker_changes(asked.changes, asked.replace, asked.resource.name.empty(), current,
                              {own, everyones, node.config.file}, node.trial);
}

Result<std::vector<ConfigEdit>, ConfigError> edits_of(const ClusterImage& image, const Asked& asked,
                                                      const ConfigMap& settings) {
  ConfigMap current = overrides_of(image, asked.resource.type, asked.resource.name);
  AlterContext context{current, settings, exists(image, asked.resource), image.features().elr_enabled()};
  return asked.replace ? replacing_edits(asked.resource, asked.changes, context)
                       : incremental_edits(asked.resource, asked.changes, context);
}

void add_records(const ClusterImage& image, const ConfigResource& resource,
                 const std::vector<ConfigEdit>& edits, RecordList& records) {
  bool isr_min_changed = false;
  for (const ConfigEdit& edit : edits) {
    protocol::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(resource.type);
    record.resource_name = resource.name;
    record.name = edit.name;
    record.value.reset();
    if (edit.value) record.value = *edit.value;
    records.add(record);
    isr_min_changed |= edit.name == kIsrMin;
  }
  // Eligible leaders were found under the old minimum (KAFKA-16540).
  if (isr_min_changed && image.features().elr_enabled() && !mutant::kElrNotCleared) {
    bool topic = resource.type == ConfigResourceType::kTopic;
    records.add(
        protocol::ClearElrRecord{.topic_name = topic ? std::string_view(resource.name) : std::string_view()});
  }
}

// A resource of no known type is refused as such elsewhere.
std::optional<ConfigError> check_allowed(const std::optional<Asker>& asker, const Asked& asked,
                                         security::AclOperation operation) {
  const auto decides = decides_about(asked.resource.type);
  if (!decides || !asker ||
      asker->access.allows(operation, *decides, name_to_decide(*decides, asked.resource.name))) {
    return std::nullopt;
  }
  const ErrorCode refusal = refusal_of(*decides);
  return ConfigError{refusal, std::string(refusal_text(refusal))};
}

bool is_known(ConfigResourceType type) {
  using enum ConfigResourceType;
  return type == kTopic || type == kBroker || type == kBrokerLogger || type == kClientMetrics ||
         type == kGroup;
}

bool is_by_controller(const std::optional<Asker>& asker) { return asker && asker->on_controller_listener; }

// On a broker's listener who alters loggers must be one who may alter configuration, on a controller's one
// who may act for the cluster, as another node.
std::optional<ConfigError> alter_loggers(const std::optional<Asker>& asker, const Asked& asked,
                                         const AlteringNode& node, bool validate_only) {
  using security::AclOperation;
  if (asked.replace) {
    return ConfigError{ErrorCode::kInvalidRequest, "Log levels are altered with IncrementalAlterConfigs."};
  }
  const bool by_controller = is_by_controller(asker);
  const auto operation = by_controller ? AclOperation::kClusterAction : AclOperation::kAlterConfigs;
  const std::optional<ConfigError> refused = check_allowed(asker, asked, operation);
  if (refused && by_controller) return refused;
  if (auto wrong = check_changes(asked.changes)) return wrong;
  // Kafka's broker gives no text with it.
  if (refused) return ConfigError{refused->code, ""};
  if (auto wrong = node.loggers.check(asked.resource.name, node.config.id, asked.changes)) return wrong;
  if (!validate_only) node.loggers.apply(asked.changes);
  return std::nullopt;
}

// What the node that is asked answers itself: what there is to say of its loggers, and what it refuses. A
// controller is asked about any node, and knows of none what would do there.
std::optional<ConfigError> answer_here(const ClusterImage& image, const std::optional<Asker>& asker,
                                       const Asked& asked, const AlteringNode& node, bool validate_only) {
  if (asked.resource.type == ConfigResourceType::kBrokerLogger)
    return alter_loggers(asker, asked, node, validate_only).value_or(ConfigError{});
  if (is_by_controller(asker)) return std::nullopt;
  const auto wrong = check_as_broker(image, asked, node);
  if (!wrong) return std::nullopt;
  // As in Kafka, what is wrong is told before who may not ask; but our texts quote what is configured.
  const bool is_refused = check_allowed(asker, asked, security::AclOperation::kAlterConfigs).has_value();
  return is_refused ? ConfigError{wrong->code, ""} : *wrong;
}

// `settings` are the controller's effective ones.
ConfigError alter(const ControllerView& view, const Asked& asked, const AlteringNode& node,
                  const ConfigMap& settings, bool validate_only, RecordList& records) {
  if (auto answer = answer_here(view.image, view.asker, asked, node, validate_only)) return *answer;
  if (auto refused = check_allowed(view.asker, asked, security::AclOperation::kAlterConfigs)) return *refused;
  if (auto wrong = check_changes(asked.changes)) return *wrong;
  auto edits = edits_of(view.image, asked, settings);
  if (!edits) return edits.error();
  add_records(view.image, asked.resource, *edits, records);
  return {};
}

int8_t operation_of(const protocol::IncrementalAlterConfigsRequest::AlterableConfig& config) {
  return config.config_operation;
}
int8_t operation_of(const protocol::AlterConfigsRequest::AlterableConfig&) {
  return static_cast<int8_t>(ConfigOperation::kSet);
}

ConfigResource resource_of(const auto& resource) {
  return {static_cast<ConfigResourceType>(resource.resource_type), std::string(resource.resource_name)};
}

template <class Resource>
Asked asked_of(const Resource& resource, bool replace) {
  Asked asked{resource_of(resource), {}, replace};
  for (const auto& config : resource.configs)
    asked.changes.push_back({config.name, operation_of(config), config.value});
  return asked;
}

template <class Resource>
bool names_stores(const Resource& resource) {
  return std::ranges::any_of(resource.configs, [](const auto& config) { return is_store_key(config.name); });
}

bool has_stores(const ClusterImage& image, const ConfigResource& resource) {
  return std::ranges::any_of(overrides_of(image, resource.type, resource.name),
                             [](const auto& setting) { return is_store_key(setting.first); });
}

std::map<ConfigResource, int> mentions_of(const auto& request) {
  std::map<ConfigResource, int> mentions;
  for (const auto& resource : request.resources) ++mentions[resource_of(resource)];
  return mentions;
}

// What was tried, and failed.
struct FailedStores {
  std::string listener;
  security::TlsConfig stores;
  Failure failure;
};

template <class Request>
StoreTrial try_stores_of(const ClusterImage& image, const Access& access, const Request& request,
                         const AlteringNode& node, bool replace) {
  if (!node.trial || !access.allows_cluster(security::AclOperation::kAlterConfigs, IfDenied::kUnsaid))
    return {};
  auto failed = std::make_shared<std::vector<FailedStores>>();
  AlteringNode trying = node;
  trying.trial = [&](const std::string& listener, const security::TlsConfig& stores) {
    auto failure = node.trial(listener, stores);
    if (failure) failed->push_back({listener, stores, *failure});
    return failure;
  };
  const auto mentions = mentions_of(request);
  // What is named twice is refused as such.
  for (const auto& resource : request.resources) {
    if (mentions.at(resource_of(resource)) == 1) check_as_broker(image, asked_of(resource, replace), trying);
  }
  return [failed](const std::string& listener, const security::TlsConfig& stores) -> std::optional<Failure> {
    for (const FailedStores& each : *failed) {
      if (each.listener == listener && each.stores == stores) return each.failure;
    }
    return std::nullopt;
  };
}

const ConfigError kNamedTwice{ErrorCode::kInvalidRequest, "Each resource must appear at most once."};

// More settings than records may be written for one request.
bool has_too_many(const auto& request) {
  size_t settings = 0;
  for (const auto& resource : request.resources) settings += resource.configs.size();
  return settings > kRecordsPerRequestMax;
}

template <class Response, class Request>
Decided<Response> decide(const ControllerView& view, const Request& request, const AlteringNode& node,
                         bool replace) {
  Decided<Response> decided;
  // What is refused when it has been looked through is refused before, since that may take long.
  if (has_too_many(request)) {
    for (const auto& resource : request.resources) {
      auto& result = decided.response.responses.emplace_back();
      result.resource_type = resource.resource_type;
      result.resource_name = resource.resource_name;
      result.error_code = protocol::wire_value(ErrorCode::kPolicyViolation);
    }
    return decided;
  }
  RecordList records(view.image);
  const ConfigMap settings = BrokerSettings(view.image.configs(), node.config).effective();
  const auto mentions = mentions_of(request);
  const bool by_controller = is_by_controller(view.asker);
  std::set<ConfigResource> answered;
  for (const auto& resource : request.resources) {
    const bool is_again = !answered.insert(resource_of(resource)).second;
    if (is_again && by_controller && is_known(resource_of(resource).type)) continue;
    auto& result = decided.response.responses.emplace_back();
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    result.error_message.reset();
    const Asked asked = asked_of(resource, replace);
    ConfigError wrong;
    if (by_controller && !is_known(asked.resource.type)) {
      wrong = ConfigError{ErrorCode::kUnsupportedVersion,
                          fmt::format("Unknown resource type {}.", resource.resource_type)};
    } else if (mentions.at(asked.resource) > 1) {
      wrong = by_controller ? ConfigError{ErrorCode::kInvalidRequest, "Duplicate resource."} : kNamedTwice;
    } else {
      wrong = alter(view, asked, node, settings, request.validate_only, records);
    }
    result.error_code = protocol::wire_value(wrong.code);
    if (!wrong.message.empty()) result.error_message = decided.texts.keep(wrong.message);
  }
  if (!request.validate_only) decided.decision.records = records.take();
  return decided;
}

template <class Request>
AnsweredHere answered_here(const ClusterImage& image, const Asker& asker, const Request& request,
                           const AlteringNode& node, bool replace) {
  AnsweredHere answers;
  const auto mentions = mentions_of(request);
  const bool is_too_much = has_too_many(request);
  for (const auto& resource : request.resources) {
    std::optional<ConfigError>& answer = answers.emplace_back();
    if (is_too_much) continue;
    const Asked asked = asked_of(resource, replace);
    answer = mentions.at(asked.resource) > 1 ? kNamedTwice
                                             : answer_here(image, asker, asked, node, request.validate_only);
  }
  return answers;
}

}  // namespace

AnsweredHere alter_here(const ClusterImage& image, const Asker& asker,
                        const protocol::IncrementalAlterConfigsRequest& request, const AlteringNode& node) {
  return answered_here(image, asker, request, node, false);
}

AnsweredHere alter_here(const ClusterImage& image, const Asker& asker,
                        const protocol::AlterConfigsRequest& request, const AlteringNode& node) {
  return answered_here(image, asker, request, node, true);
}

bool may_change_stores(const ClusterImage&, const protocol::IncrementalAlterConfigsRequest& request) {
  return std::ranges::any_of(request.resources, [](const auto& each) { return names_stores(each); });
}

bool may_change_stores(const ClusterImage& image, const protocol::AlterConfigsRequest& request) {
  return std::ranges::any_of(request.resources, [&](const auto& resource) {
    return names_stores(resource) || has_stores(image, resource_of(resource));
  });
}

StoreTrial try_stores(const ClusterImage& image, const Access& access,
                      const protocol::IncrementalAlterConfigsRequest& request, const AlteringNode& node) {
  return try_stores_of(image, access, request, node, false);
}

StoreTrial try_stores(const ClusterImage& image, const Access& access,
                      const protocol::AlterConfigsRequest& request, const AlteringNode& node) {
  return try_stores_of(image, access, request, node, true);
}

Decided<protocol::IncrementalAlterConfigsResponse> decide_incremental_alter_configs(
    const ControllerView& view, const protocol::IncrementalAlterConfigsRequest& request,
    const AlteringNode& node) {
  return decide<protocol::IncrementalAlterConfigsResponse>(view, request, node, false);
}

Decided<protocol::AlterConfigsResponse> decide_alter_configs(const ControllerView& view,
                                                             const protocol::AlterConfigsRequest& request,
                                                             const AlteringNode& node) {
  return decide<protocol::AlterConfigsResponse>(view, request, node, true);
}

}  // namespace klamm::broker
