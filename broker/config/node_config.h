// A node's configuration, read from server.properties and checked as a whole. Rooms take the part that is
// theirs.
#pragma once

#include "base/types.h"
#include "broker/config/admin_config.h"
#include "broker/config/broker_config.h"
#include "broker/config/config_map.h"
#include "broker/config/controller_config.h"
#include "broker/config/declared_config.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/config/network_config.h"
#include "broker/config/quorum_config.h"
#include "broker/config/quota_config.h"
#include "broker/config/replication_config.h"
#include "broker/config/security_config.h"
#include "broker/config/storage_config.h"

namespace klamm::broker {

struct NodeConfig {
  NodeId id;
  bool is_broker = false;
  bool is_controller = false;

  NetworkConfig network;
  StorageConfig storage;
  ReplicationConfig replication;
  QuorumConfig quorum;
  MetadataLogConfig metadata_log;
  BrokerConfig broker;
  ControllerConfig controller;
  DeclaredConfig declared;
  GroupCoordinatorConfig groups;
  QuotaConfig quotas;
  SecurityConfig security;
  AdminConfig admin;

  // What the file and the command line set, variables replaced: for DescribeConfigs and for TopicConfig.
  // Holds passwords: never printed as it is.
  ConfigMap file;
};

}  // namespace klamm::broker
