#include "cli/client/configs.h"

#include <fmt/format.h>

#include <utility>

#include "cli/text.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;
using protocol::ListConfigResourcesRequest;
using protocol::ListConfigResourcesResponse;

constexpr int8_t kSet = 0;
constexpr int8_t kDelete = 1;

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

// A broker's own configuration is known to that broker alone.
std::optional<int32_t> node_for(ConfigType type, const std::string& name) {
  if (type != ConfigType::kBroker && type != ConfigType::kBrokerLogger) return std::nullopt;
  return name.empty() ? std::nullopt : parse_int(name);
}

ConfigEntry entry_of(const DescribeConfigsResponse::DescribeConfigsResourceResult& result) {
  ConfigEntry entry{.name = std::string(result.name),
                    .value = owned(result.value),
                    .source = static_cast<ConfigSource>(result.config_source),
                    .is_sensitive = result.is_sensitive,
                    .is_read_only = result.read_only,
                    .synonyms = {}};
  for (const auto& synonym : result.synonyms) {
    entry.synonyms.push_back(
        {std::string(synonym.name), owned(synonym.value), static_cast<ConfigSource>(synonym.source)});
  }
  return entry;
}

using Configs = std::map<std::string, std::vector<ConfigEntry>>;

// What one node is asked for.
Attempt<> describe_some(Client& client, ConfigType type, const std::vector<std::string>& names,
                        bool with_synonyms, std::optional<int32_t> node, Configs& configs) {
  DescribeConfigsRequest request;
  for (const std::string& name : names) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<int8_t>(type);
    resource.resource_name = name;
    resource.configuration_keys.reset();  // all of them
  }
  request.include_synonyms = with_synonyms;
  auto answer = node ? client.ask_node<DescribeConfigsResponse>("describeConfigs", *node, request)
                     : client.ask_any<DescribeConfigsResponse>("describeConfigs", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->results) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
    std::vector<ConfigEntry>& entries = configs[std::string(result.resource_name)];
    for (const auto& one : result.configs) entries.push_back(entry_of(one));
  }
  return {};
}

}  // namespace

std::string_view name_of(ConfigSource source) {
  switch (source) {
    case ConfigSource::kDynamicTopic:
      return "DYNAMIC_TOPIC_CONFIG";
    case ConfigSource::kDynamicBroker:
      return "DYNAMIC_BROKER_CONFIG";
    case ConfigSource::kDynamicDefaultBroker:
      return "DYNAMIC_DEFAULT_BROKER_CONFIG";
    case ConfigSource::kStaticBroker:
      return "STATIC_BROKER_CONFIG";
    case ConfigSource::kDefault:
      return "DEFAULT_CONFIG";
    case ConfigSource::kDynamicBrokerLogger:
      return "DYNAMIC_BROKER_LOGGER_CONFIG";
    case ConfigSource::kDynamicClientMetrics:
      return "DYNAMIC_CLIENT_METRICS_CONFIG";
    case ConfigSource::kDynamicGroup:
      return "DYNAMIC_GROUP_CONFIG";
    case ConfigSource::kUnknown:
      break;
  }
  return "UNKNOWN";
}

std::string shown(const std::optional<std::string>& value) { return value.value_or("null"); }

Attempt<Configs> describe_configs(Client& client, ConfigType type, const std::vector<std::string>& names,
                                  bool with_synonyms) {
  Configs configs;
  std::vector<std::string> anywhere;
  for (const std::string& name : names) {
    const auto node = node_for(type, name);
    if (!node) {
      anywhere.push_back(name);
      continue;
    }
    auto done = describe_some(client, type, {name}, with_synonyms, node, configs);
    if (!done) return Error{done.error()};
  }
  if (!anywhere.empty()) {
    auto done = describe_some(client, type, anywhere, with_synonyms, std::nullopt, configs);
    if (!done) return Error{done.error()};
  }
  return configs;
}

Attempt<> alter_configs(Client& client, ConfigType type, const std::string& name,
                        const std::vector<ConfigChange>& changes) {
  IncrementalAlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = static_cast<int8_t>(type);
  resource.resource_name = name;
  for (const ConfigChange& change : changes) {
    auto& config = resource.configs.emplace_back();
    config.name = change.name;
    config.config_operation = change.value ? kSet : kDelete;
    // As Kafka's tool, which deletes with an empty value.
    config.value = change.value ? std::string_view(*change.value) : std::string_view();
  }
  constexpr std::string_view kCall = "incrementalAlterConfigs";
  const auto node = client.config().is_for_controllers ? std::nullopt : node_for(type, name);
  auto answer = node ? client.ask_node<IncrementalAlterConfigsResponse>(kCall, *node, request)
                     : client.ask_controller<IncrementalAlterConfigsResponse>(kCall, request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->responses) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

Attempt<std::vector<std::string>> list_config_resources(Client& client, ConfigType type) {
  ListConfigResourcesRequest request;
  request.resource_types = {static_cast<int8_t>(type)};
  // Version 0 knows client metrics alone.
  const Versions wanted{.min = type == ConfigType::kClientMetrics ? int16_t{0} : int16_t{1}};
  auto answer = client.ask_any<ListConfigResourcesResponse>("listConfigResources", request, wanted);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code);
  std::vector<std::string> names;
  for (const auto& resource : (*answer)->config_resources) {
    if (resource.resource_type == static_cast<int8_t>(type)) names.emplace_back(resource.resource_name);
  }
  return names;
}

}  // namespace klamm::cli
