// Configuration of topics, brokers and groups: altered as a whole, or key by key (KIP-339).
#pragma once

#include "broker/config/alter.h"
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
  StoreTrial trial{};
};

// Whether a request gives stores to listeners. Then they are tried before it is decided, on a thread that may
// open files: the result, for the node that decides, has what came of each. Those of who may not alter
// configuration are not opened.
bool may_change_stores(const ClusterImage& image, const protocol::IncrementalAlterConfigsRequest& request);
bool may_change_stores(const ClusterImage& image, const protocol::AlterConfigsRequest& request);
StoreTrial try_stores(const ClusterImage& image, const Access& access,
                      const protocol::IncrementalAlterConfigsRequest& request, const AlteringNode& node);
StoreTrial try_stores(const ClusterImage& image, const Access& access,
                      const protocol::AlterConfigsRequest& request, const AlteringNode& node);

// Where another node is the controller, what the node that is asked answers itself: the levels of its
// loggers, which it keeps, and what it refuses. An answer for each resource of the request; none for those
// that go on to the controller.
using AnsweredHere = std::vector<std::optional<ConfigError>>;
AnsweredHere alter_here(const ClusterImage& image, const Asker& asker,
                        const protocol::IncrementalAlterConfigsRequest& request, const AlteringNode& node);
AnsweredHere alter_here(const ClusterImage& image, const Asker& asker,
                        const protocol::AlterConfigsRequest& request, const AlteringNode& node);

Decided<protocol::IncrementalAlterConfigsResponse> decide_incremental_alter_configs(
    const ControllerView& view, const protocol::IncrementalAlterConfigsRequest& request,
    const AlteringNode& node);
Decided<protocol::AlterConfigsResponse> decide_alter_configs(const ControllerView& view,
                                                             const protocol::AlterConfigsRequest& request,
                                                             const AlteringNode& node);

}  // namespace klamm::broker
