// The parts of NodeConfig, each from settings whose values have been checked one by one. What does not fit
// together is a problem: a sentence that names the keys and what would be right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/config/endpoints.h"
#include "broker/config/load.h"
#include "broker/config/node_config.h"
#include "broker/config/settings.h"

namespace klamm::broker {

using Problem = std::optional<std::string>;

// listener.security.protocol.map; where it is not set, Kafka's default, in which controller listeners are
// PLAINTEXT unless a listener's name says SSL or SASL.
Result<ProtocolMap, Failure> protocol_map(const Settings& settings);

// Fills config.network's listeners and addresses; config has its roles, its id and its quorum.
Problem build_listeners(const Settings& settings, const std::string& host_name, NodeConfig& config);
Problem build_limits(const Settings& settings, NetworkConfig& network);
Problem build_quorum(const Settings& settings, NodeConfig& config);
void build_metadata_log(const Settings& settings, NodeConfig& config);
void build_storage(const Settings& settings, StorageConfig& storage);
void build_broker(const Settings& settings, BrokerConfig& broker);
Problem build_admin(const Settings& settings, AdminConfig& admin);
Problem build_logger_levels(const Settings& settings, AdminConfig& admin);
void build_replication(const Settings& settings, ReplicationConfig& replication);
Problem build_groups(const Settings& settings, GroupCoordinatorConfig& groups);
void build_controller(const Settings& settings, ControllerConfig& controller);
void build_quotas(const Settings& settings, QuotaConfig& quotas);
void build_declared(const Settings& settings, DeclaredConfig& declared);

// What Kafka checks of settings of one broker together, in its words, since altering a broker shows them.
Problem check_together(const Settings& settings);

// What this release cannot do: each a problem, until it can.
std::vector<std::string> check_release(const NodeConfig& config);

}  // namespace klamm::broker
