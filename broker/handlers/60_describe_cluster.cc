// DescribeCluster, versions 0-2 (KIP-700; v1: KIP-919 endpoint types; v2: KIP-1073 fenced brokers).

#include "broker/handlers/cluster.h"

namespace klamm::broker {
namespace {

using protocol::DescribeClusterResponse;
using protocol::ErrorCode;

constexpr int8_t kBrokers = 1;
constexpr int8_t kControllers = 2;
constexpr int16_t kFirstVersionWithFenced = 2;

void add_brokers(const ClusterUses& uses, bool fenced_too, DescribeClusterResponse& response) {
  for (const auto& [id, broker] : uses.image.brokers().brokers()) {
    const EndpointImage* endpoint = broker.endpoint(uses.client.listener);
    if (endpoint == nullptr || (broker.fenced && !fenced_too)) continue;
    auto& described = response.brokers.emplace_back();
    described.broker_id = id.value;
    described.host = endpoint->host;
    described.port = endpoint->port;
    if (broker.rack) described.rack = *broker.rack;
    described.is_fenced = broker.fenced;
  }
}

void add_controllers(const ClusterUses& uses, DescribeClusterResponse& response) {
  for (const auto& [id, controller] : uses.image.brokers().controllers()) {
    for (const EndpointImage& endpoint : controller.endpoints) {
      if (endpoint.listener != uses.client.listener) continue;
      auto& described = response.brokers.emplace_back();
      described.broker_id = id.value;
      described.host = endpoint.host;
      described.port = endpoint.port;
    }
  }
}

}  // namespace

DescribeClusterResponse describe_cluster(const protocol::DescribeClusterRequest& request, int16_t version,
                                         const ClusterUses& uses) {
  DescribeClusterResponse response;
  response.cluster_id = uses.cluster_id;
  response.endpoint_type = request.endpoint_type;
  int8_t served = uses.client.controller_listener ? kControllers : kBrokers;
  if (request.endpoint_type != served) {
    bool known = request.endpoint_type == kBrokers || request.endpoint_type == kControllers;
    response.error_code = protocol::wire_value(known ? ErrorCode::kMismatchedEndpointType
                                                     : ErrorCode::kUnsupportedEndpointType);
    response.error_message = "This listener does not describe endpoints of the requested type.";
    return response;
  }
  response.controller_id = uses.controller.value;
  if (served == kControllers) {
    add_controllers(uses, response);
  } else {
    add_brokers(uses, version >= kFirstVersionWithFenced && request.include_fenced_brokers, response);
  }
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = all_cluster_operations();
  return response;
}

}  // namespace klamm::broker
