// The handlers that describe configuration.
#pragma once

#include "broker/config/broker_settings.h"
#include "broker/config/loggers.h"
#include "broker/config/node_config.h"
#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "broker/published_image.h"
#include "broker/request.h"
#include "broker/state_machine.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"

namespace klamm::broker {

struct ConfigsUses {
  const PublishedImage& images;
  const NodeConfig& config;
  const BrokerLoggers& loggers;
};

// The response's views are into the request, `texts`, and constants.
protocol::DescribeConfigsResponse describe_configs(const protocol::DescribeConfigsRequest& request,
                                                   const ClusterImage& image, const Access& access,
                                                   const NodeConfig& config, const BrokerLoggers& loggers,
                                                   Texts& texts);
void handle_describe_configs(Request request, Reply reply, const ConfigsUses& uses);

// The response's views are into the image and `texts`.
protocol::ListConfigResourcesResponse list_config_resources(
    const protocol::ListConfigResourcesRequest& request, int16_t version, std::string_view listener,
    const ClusterImage& image, const Access& access, Texts& texts);
void handle_list_config_resources(Request request, Reply reply, const ConfigsUses& uses);

}  // namespace klamm::broker
