// What an operator asks a node over HTTP, and how its log is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/config/logger_levels.h"

namespace klamm::broker {

struct AdminAddress {
  std::string host;  // empty: every address
  int32_t port = 0;  // 0: one that the kernel chooses

  friend bool operator==(const AdminAddress&, const AdminAddress&) = default;
};

struct AdminConfig {
  std::vector<AdminAddress> listeners;  // klamm.admin.listener
  // They were asked for: one that cannot be listened on stops the start. The default one, and a container's,
  // may be in use by another node of the machine, and then this one goes without.
  bool is_asked_for = false;
  bool per_partition = true;               // klamm.metrics.per.partition
  bool json_log = false;                   // klamm.log.format
  std::vector<LoggerLevel> logger_levels;  // klamm.log.levels
  int32_t telemetry_size_max = 1 << 20;    // telemetry.max.bytes
};

}  // namespace klamm::broker
