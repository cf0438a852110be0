// Configuration of topics, brokers and groups: altered as a whole, or key by key (KIP-339).
#pragma once

#include "broker/config/loggers.h"
#include "broker/config/node_config.h"
#include "broker/controller/decided.h"
#include "protocol/messages/alter_configs_request.h"
#include "protocol/messages/alter_configs_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"

namespace klamm::broker {

// The node that is asked: it checks what concerns itself, and keeps the levels of its loggers.
struct AlteringNode {
  const NodeConfig& config;
  BrokerLoggers& loggers;
};

Decided<protocol::IncrementalAlterConfigsResponse> decide_incremental_alter_configs(
    const ControllerView& view, const protocol::IncrementalAlterConfigsRequest& request,
    const AlteringNode& node);
Decided<protocol::AlterConfigsResponse> decide_alter_configs(const ControllerView& view,
                                                             const protocol::AlterConfigsRequest& request,
                                                             const AlteringNode& node);

}  // namespace klamm::broker
