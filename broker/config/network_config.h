// What the network loops need to know: where to listen, as whom to be reached, and the limits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker/config/security_protocol.h"

namespace klamm::broker {

// NAME://host:port of `listeners`, `advertised.listeners` or a controller's registration.
struct Endpoint {
  std::string listener;  // in capitals, as Kafka normalises it
  SecurityProtocol protocol = SecurityProtocol::kPlaintext;
  std::string host;  // without brackets; in `listeners` empty for every address
  int32_t port = 0;  // in `listeners` 0 for one that the kernel chooses

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Listener {
  Endpoint endpoint;
  bool controller = false;  // one of controller.listener.names
  // listener.name.<name>.max.connections and .max.connection.creation.rate; the node's limits hold beside
  // them.
  int32_t connections_max = INT32_MAX;
  int32_t connection_creation_rate_max = INT32_MAX;
};

struct NetworkConfig {
  std::vector<Listener> listeners;   // in the file's order
  std::vector<Endpoint> advertised;  // what brokers register and Metadata gives out; empty without that role
  std::vector<Endpoint> advertised_controllers;  // what controllers register; empty without that role
  std::string inter_broker_listener;

  // socket.connection.setup.timeout.ms: of connections from this node to others
  int64_t connection_setup_timeout_ms = 10'000;

  int32_t loops = 0;         // klamm.loops; 0: as many as the cores that the cgroup gives
  int64_t memory_bytes = 0;  // klamm.memory.bytes; 0: sized from the cgroup
  int32_t disk_workers = 8;  // num.io.threads

  int32_t send_buffer_bytes = -1;  // -1: as the kernel finds right for each connection
  int32_t receive_buffer_bytes = 102400;
  int32_t request_size_max = 104857600;
  int32_t listen_backlog = 50;
  int32_t connections_max = INT32_MAX;
  int32_t connections_per_ip_max = INT32_MAX;
  std::map<std::string, int32_t> connections_per_ip_overrides;  // by host name or address
  int32_t connection_creation_rate_max = INT32_MAX;             // per second
  int64_t connection_idle_max_ms = 600000;                      // negative: never
  int32_t failed_authentication_delay_ms = 100;
  int32_t quota_windows = 11;        // quota.window.num
  int32_t quota_window_seconds = 1;  // quota.window.size.seconds
};

}  // namespace klamm::broker
