// How a request that is not allowed is refused: the error by the kind of resource, and what Kafka says with
// it where there is nothing more to say. And on what it is decided whether configuration may be seen or
// altered.
#pragma once

#include <optional>
#include <string_view>

#include "broker/metadata/access.h"
#include "broker/metadata/configs_image.h"
#include "protocol/errors.h"

namespace klamm::broker {

inline protocol::ErrorCode refusal_of(security::ResourceType type) {
  using security::ResourceType;
  switch (type) {
    case ResourceType::kTopic:
      return protocol::ErrorCode::kTopicAuthorizationFailed;
    case ResourceType::kGroup:
      return protocol::ErrorCode::kGroupAuthorizationFailed;
    case ResourceType::kTransactionalId:
      return protocol::ErrorCode::kTransactionalIdAuthorizationFailed;
    default:
      return protocol::ErrorCode::kClusterAuthorizationFailed;
  }
}

// Empty for any other error.
inline std::string_view refusal_text(protocol::ErrorCode code) {
  using protocol::ErrorCode;
  switch (code) {
    case ErrorCode::kTopicAuthorizationFailed:
      return "Topic authorization failed.";
    case ErrorCode::kGroupAuthorizationFailed:
      return "Group authorization failed.";
    case ErrorCode::kTransactionalIdAuthorizationFailed:
      return "Transactional Id authorization failed.";
    case ErrorCode::kClusterAuthorizationFailed:
      return "Cluster authorization failed.";
    default:
      return "";
  }
}

// The resource on which it is decided what may be done with the configuration of one of `type`: brokers,
// their loggers and client-metrics subscriptions are the cluster's. nullopt for what is no type.
inline std::optional<security::ResourceType> decides_about(ConfigResourceType type) {
  switch (type) {
    case ConfigResourceType::kTopic:
      return security::ResourceType::kTopic;
    case ConfigResourceType::kGroup:
      return security::ResourceType::kGroup;
    case ConfigResourceType::kBroker:
    case ConfigResourceType::kBrokerLogger:
    case ConfigResourceType::kClientMetrics:
      return security::ResourceType::kCluster;
    default:
      return std::nullopt;
  }
}

// The name that goes with it: of the cluster there is one.
inline std::string_view name_to_decide(security::ResourceType type, std::string_view name) {
  return type == security::ResourceType::kCluster ? security::kClusterName : name;
}

}  // namespace klamm::broker
