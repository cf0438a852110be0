// ListConfigResources, versions 0 and 1: what can be described. Version 0 knows client-metrics subscriptions
// only (KIP-714, as ListClientMetricsResources); version 1 takes the types wanted, all five when it names
// none (KIP-1142). Groups and subscriptions are those that have settings; brokers those that are live on the
// listener.
#include <algorithm>

#include "broker/handlers/configs.h"
#include "broker/handlers/topics.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::ListConfigResourcesRequest;
using protocol::ListConfigResourcesResponse;

// In the order in which Kafka lists them.
constexpr ConfigResourceType kTypes[] = {ConfigResourceType::kGroup, ConfigResourceType::kClientMetrics,
                                         ConfigResourceType::kBrokerLogger, ConfigResourceType::kBroker,
                                         ConfigResourceType::kTopic};

bool is_supported(int8_t type, int16_t version) {
  auto named = [type](ConfigResourceType supported) { return static_cast<int8_t>(supported) == type; };
  if (version == 0) return named(ConfigResourceType::kClientMetrics);
  return std::any_of(std::begin(kTypes), std::end(kTypes), named);
}

void add(ConfigResourceType type, std::string_view name, ListConfigResourcesResponse& response) {
  auto& resource = response.config_resources.emplace_back();
  resource.resource_name = name;
  resource.resource_type = static_cast<int8_t>(type);
}

void add_all(ConfigResourceType type, std::string_view listener, const ClusterImage& image, Texts& texts,
             ListConfigResourcesResponse& response) {
  if (type == ConfigResourceType::kTopic) {
    for (const auto& [name, id] : image.topics().by_name()) add(type, name, response);
  } else if (type == ConfigResourceType::kBroker || type == ConfigResourceType::kBrokerLogger) {
    for (const LiveBroker& broker : image.brokers().live_brokers(listener)) {
      add(type, texts.keep(std::to_string(broker.broker->id.value)), response);
    }
  } else {
    for (const auto& [resource, overrides] : image.configs().resources()) {
      if (resource.type == type) add(type, resource.name, response);
    }
  }
}

}  // namespace

ListConfigResourcesResponse list_config_resources(const ListConfigResourcesRequest& request, int16_t version,
                                                  std::string_view listener, const ClusterImage& image,
                                                  const Access& access, Texts& texts) {
  ListConfigResourcesResponse response;
  if (!access.allows_cluster(security::AclOperation::kDescribeConfigs)) {
    response.error_code = protocol::wire_value(ErrorCode::kClusterAuthorizationFailed);
    return response;
  }
  const std::vector<int8_t>& wanted = request.resource_types;
  for (int8_t type : wanted) {
    if (is_supported(type, version)) continue;
    response.error_code = protocol::wire_value(ErrorCode::kUnsupportedVersion);
    return response;
  }
  for (ConfigResourceType type : kTypes) {
    int8_t number = static_cast<int8_t>(type);
    bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(), number) != wanted.end();
    if (named && is_supported(number, version)) add_all(type, listener, image, texts, response);
  }
  return response;
}

void handle_list_config_resources(Request request, Reply reply, const ConfigsUses& uses) {
  ListConfigResourcesRequest body;
  if (!read_body(request, body)) return reply.close();
  Texts texts;
  std::shared_ptr<const ClusterImage> image = uses.images.get();
  const Access access = access_of(uses.config.security.authorizer, *image, request);
  reply.send(list_config_resources(body, request.header.api_version, request.client->listener, *image, access,
                                   texts));
}

}  // namespace klamm::broker
