// What the handlers of configuration share: the layers of this broker's settings at one state of the cluster.
#pragma once

#include "broker/config/loggers.h"
#include "broker/config/node_config.h"
#include "broker/config/synonyms.h"
#include "broker/metadata/cluster_image.h"
#include "broker/published_image.h"
#include "broker/request.h"
#include "broker/state_machine.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"

namespace klamm::broker {

ConfigMap to_config_map(const ConfigOverrides& overrides);

// This broker's settings as an image and its file have them; what is stored but may not be set is left out.
class BrokerSettings {
 public:
  BrokerSettings(const ConfigsImage& configs, const NodeConfig& config)
      : dynamic_broker_(usable_settings(
            to_config_map(configs.of(ConfigResourceType::kBroker, std::to_string(config.id.value))), false)),
        dynamic_default_(usable_settings(to_config_map(configs.of(ConfigResourceType::kBroker, "")), true)),
        layers_{dynamic_broker_, dynamic_default_, config.file} {}
  BrokerSettings(const BrokerSettings&) = delete;
  BrokerSettings& operator=(const BrokerSettings&) = delete;

  const BrokerLayers& layers() const { return layers_; }
  ConfigMap effective() const { return effective_settings(layers_); }

 private:
  const ConfigMap dynamic_broker_;
  const ConfigMap dynamic_default_;
  const BrokerLayers layers_;
};

struct ConfigsUses {
  const PublishedImage& images;
  const NodeConfig& config;
  const BrokerLoggers& loggers;
};

// The response's views are into the request, `texts`, and constants.
protocol::DescribeConfigsResponse describe_configs(const protocol::DescribeConfigsRequest& request,
                                                   const ClusterImage& image, const NodeConfig& config,
                                                   const BrokerLoggers& loggers, Texts& texts);
void handle_describe_configs(Request request, Reply reply, const ConfigsUses& uses);

// The response's views are into the image and `texts`.
protocol::ListConfigResourcesResponse list_config_resources(
    const protocol::ListConfigResourcesRequest& request, int16_t version, std::string_view listener,
    const ClusterImage& image, Texts& texts);
void handle_list_config_resources(Request request, Reply reply, const ConfigsUses& uses);

}  // namespace klamm::broker
