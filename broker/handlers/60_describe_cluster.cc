// DescribeCluster, versions 0-2 (KIP-700; v1: KIP-919 endpoint types; v2: KIP-1073 fenced brokers).
//
// Differs from Apache Kafka: a refusal does not quote the object that stands for the request there.

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "broker/handlers/cluster.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

using protocol::DescribeClusterResponse;
using protocol::ErrorCode;

constexpr int8_t kBrokers = 1;
constexpr int8_t kControllers = 2;
constexpr int16_t kFirstVersionWithTypes = 1;
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

bool is_known_type(int8_t type) { return type == kBrokers || type == kControllers; }

ErrorCode wrong_type(int8_t type, int16_t version) {
  if (version < kFirstVersionWithTypes) return ErrorCode::kInvalidRequest;
  return is_known_type(type) ? ErrorCode::kMismatchedEndpointType : ErrorCode::kUnsupportedEndpointType;
}

// In Kafka's words.
std::string why_wrong_type(int8_t type, int8_t served) {
  if (!is_known_type(type)) return fmt::format("Unsupported endpoint type {}", type);
  const auto name = [](int8_t of) { return of == kBrokers ? "BROKER" : "CONTROLLER"; };
  return fmt::format("The request was sent to an endpoint of type {}, but we wanted an endpoint of type {}",
                     name(served), name(type));
}

}  // namespace

DescribeClusterResponse describe_cluster(const protocol::DescribeClusterRequest& request, int16_t version,
                                         const ClusterUses& uses, Texts& texts) {
  DescribeClusterResponse response;
  // A broker's listener tells everyone, a controller's only who may alter the cluster.
  const bool needs_alter = uses.client.controller_listener;
  if (needs_alter && !uses.access.allows_cluster(security::AclOperation::kAlter)) {
    const ErrorCode refusal = ErrorCode::kClusterAuthorizationFailed;
    response.error_code = protocol::wire_value(refusal);
    response.error_message = refusal_text(refusal);
    return response;
  }
  int8_t served = uses.client.controller_listener ? kControllers : kBrokers;
  if (request.endpoint_type != served) {
    response.error_code = protocol::wire_value(wrong_type(request.endpoint_type, version));
    response.error_message = texts.keep(why_wrong_type(request.endpoint_type, served));
    return response;
  }
  response.cluster_id = uses.cluster_id;
  response.endpoint_type = served;
  NodeId controller = uses.controller;
  if (served == kControllers) {
    add_controllers(uses, response);
  } else {
    add_brokers(uses, version >= kFirstVersionWithFenced && request.include_fenced_brokers, response);
    controller = told_controller(uses);
  }
  // Clients look the controller up among the nodes.
  bool listed = std::any_of(response.brokers.begin(), response.brokers.end(),
                            [&](const auto& node) { return node.broker_id == controller.value; });
  response.controller_id = (listed ? controller : kNoNode).value;
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = told_cluster_operations(uses.access);
  return response;
}

}  // namespace klamm::broker
